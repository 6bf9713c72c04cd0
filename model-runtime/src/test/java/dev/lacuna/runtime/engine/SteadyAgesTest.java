package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.step.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ages survive jumps of the clock of the day. */
class SteadyAgesTest {

  private static final long HOUR = 3_600_000_000L;

  private long todayMicros = 1_800_000_000_000_000L;
  private long nanos = 5_000_000_000L;
  private final SteadyAges ages =
      new SteadyAges(
          new EngineClock(() -> Instant.EPOCH.plus(todayMicros, ChronoUnit.MICROS), () -> nanos));

  private void pass(long micros) {
    todayMicros += micros;
    nanos += 1000 * micros;
  }

  @Test
  void shouldKeepTheOrderAndDistanceOfInstantsWhileTheClocksAgree() {
    long accepted = todayMicros;
    long first = ages.of(accepted);
    pass(700);
    todayMicros += 400_000; // corrected a little
    assertThat(ages.of(accepted + 3)).isEqualTo(first + 3);
    assertThat(ages.of(accepted - HOUR)).isEqualTo(first - HOUR);
  }

  @Test
  void shouldCallARunYoungerWhenItComesAfterTheClockWasSetBack() {
    todayMicros += HOUR;
    long before = ages.of(todayMicros);
    pass(1000);
    todayMicros -= HOUR;
    long after = ages.of(todayMicros);
    assertThat(after).isEqualTo(before + 1000);
  }

  @Test
  void shouldTakeAnInstantOfTheFutureForNow() {
    assertThat(ages.of(todayMicros + HOUR)).isEqualTo(ages.nowMicros());
    assertThat(ages.of(Long.MAX_VALUE)).isEqualTo(ages.nowMicros());
  }

  @Test
  void shouldServeARunThatCameBeforeTheClockWasSetBackHoweverManyUrgentOnesFollow() {
    BatchScheduler scheduler =
        new BatchScheduler(
            List.of(new EngineModel(Runs.FACTS, new HashForwardPass(Runs.FACTS.tokens()))),
            Runs.TOGETHER.withSlots(1),
            new EngineClock(() -> Instant.EPOCH.plus(todayMicros, ChronoUnit.MICROS), () -> nanos));
    todayMicros += HOUR;
    Recorder low = new Recorder();
    scheduler.submit(
        new Row(Runs.ranked(Runs.spec(1), -100, Long.MAX_VALUE, todayMicros), Runs.FACTS, low, 1));
    todayMicros -= HOUR;
    for (int number = 2; number < 50; number++) {
      pass(1000);
      RunSpec urgent = Runs.ranked(Runs.spec(1), 100, 0, todayMicros);
      scheduler.submit(new Row(urgent, Runs.FACTS, new Recorder(), number));
      scheduler.step();
    }
    assertThat(low.sequences()).containsExactly(8L);
  }

  @Test
  void shouldTakeAnyInstantOfThePast() {
    assertThat(ages.of(Long.MIN_VALUE)).isLessThan(ages.of(0)).isLessThan(ages.nowMicros());
  }
}
