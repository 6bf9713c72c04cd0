package dev.lacuna.topology.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.FakeClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LogPaceTest {
  private final FakeClock clock = new FakeClock();
  private final LogPace pace = new LogPace(clock);

  @Test
  void shouldTellTheFirstOfAKindAndThenOneAWhileWithTheNumberBetween() {
    assertThat(pace.tell("A")).hasValue(0);
    assertThat(pace.tell("A")).isEmpty();
    assertThat(pace.tell("B")).as("another kind").hasValue(0);
    assertThat(pace.tell("A")).isEmpty();
    clock.advance(Duration.ofSeconds(10));

    assertThat(pace.tell("A")).hasValue(2);
    assertThat(pace.tell("A")).isEmpty();
  }
}
