package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.flight.Aboard;
import dev.lacuna.runtime.flight.FlightLog;
import dev.lacuna.runtime.flight.MappedFlightLog;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who stands in the flight log while the engine's forward pass goes on, and what is left there. */
class EngineFlightLogTest {
  private static final int POISON = FaultyForwardPass.POISON;
  private static final int HARMLESS = FaultyForwardPass.HARMLESS;

  /** What happened to the log and on the device, in order; a pass by its rows. */
  private final List<String> events = new ArrayList<>();

  private final FlightLog log =
      new FlightLog() {
        @Override
        public void aboard(byte[] passenger, int sample, int steps) {
          events.add(new String(passenger, StandardCharsets.UTF_8) + "/" + sample + "/" + steps);
        }

        @Override
        public void takeOff() {
          events.add("take off");
        }

        @Override
        public void landed() {
          events.add("landed");
        }

        @Override
        public void over() {
          events.add("over");
        }

        @Override
        public Reading reading(byte[] record, boolean alone) {
          throw new AssertionError("the engine reads no records");
        }
      };

  private final FaultyForwardPass faulty = new FaultyForwardPass();
  private Error error;
  private BatchScheduler scheduler = scheduler(Runs.FACTS);
  private final List<Recorder> runs = new ArrayList<>();

  private BatchScheduler scheduler(ModelFacts facts) {
    ForwardPass noted =
        new ForwardPass() {
          @Override
          public void run(StepBatch batch) {
            // The canvas of nothing but masks is longer than any of these tests.
            events.add(batch.length == 32 ? "check" : "pass " + batch.rows);
            if (error != null) {
              throw error;
            }
            faulty.run(batch);
          }

          @Override
          public String device() {
            return faulty.device();
          }

          @Override
          public void close() {}
        };
    return new BatchScheduler(
        List.of(new EngineModel(facts, noted, StepCost.FLAT)),
        EngineOptions.together(8),
        EngineClock.SYSTEM,
        log);
  }

  /** A canvas of 16 tokens. */
  private static RunSpec spec(int firstToken, int steps) {
    DocumentPlan plan = Runs.plan(15);
    plan.tokens()[0] = firstToken;
    return Runs.spec(plan, Runs.settings(steps, UnmaskingOrder.CONFIDENCE, 3));
  }

  private void submit(RunSpec spec) {
    Recorder recorder = new Recorder();
    runs.add(recorder);
    scheduler.submit(new Row(spec, Runs.FACTS, recorder, runs.size()));
  }

  private void finish() {
    while (scheduler.hasWork()) {
      scheduler.step();
    }
  }

  @Test
  void shouldNoteAllRunsBeforeEachPassAndTakeThemBackAfterIt() {
    submit(Runs.of("a", spec(HARMLESS, 1)));
    submit(Runs.of("b", spec(HARMLESS, 2)));
    finish();
    assertThat(events)
        .containsExactly(
            "a/1/0",
            "b/1/0",
            "take off",
            "pass 2",
            "landed",
            "b/1/1",
            "take off",
            "pass 1",
            "landed");
  }

  @Test
  void shouldCountStepsOverAllPassesOfARun() {
    DocumentPlan plan = Runs.inPasses(Runs.plan(4), 2);
    submit(Runs.of("a", Runs.spec(plan, Runs.settings(2, UnmaskingOrder.CONFIDENCE, 1))));
    finish();
    assertThat(events)
        .filteredOn(event -> event.startsWith("a"))
        .containsExactly("a/1/0", "a/1/1", "a/1/2", "a/1/3");
  }

  @Test
  void shouldNoteARunByItselfWhenItIsAlone() {
    submit(Runs.of("company", spec(HARMLESS, 1)));
    submit(Runs.alone(Runs.of("alone", spec(HARMLESS, 1))));
    finish();
    assertThat(events)
        .containsExactly(
            "alone/1/0",
            "take off",
            "pass 1",
            "landed",
            "company/1/0",
            "take off",
            "pass 1",
            "landed");
  }

  @Test
  void shouldNoteAGuidedRunOnceThoughItTakesTwoRows() {
    SamplingSettings plain = Runs.settings(1, UnmaskingOrder.CONFIDENCE, 3);
    SamplingSettings guided =
        new SamplingSettings(1, plain.order(), plain.rule(), 1f, 1f, 0, 1.5f, 0, 1f, List.of(), 3);
    submit(Runs.of("guided", Runs.spec(Runs.plan(15), guided)));
    finish();
    assertThat(events).containsExactly("guided/1/0", "take off", "pass 2", "landed");
  }

  @Test
  void shouldHandOverARunThatNobodyAsksAboutAsCompany() {
    submit(spec(HARMLESS, 1));
    submit(Runs.of("a", spec(HARMLESS, 1)));
    finish();
    assertThat(events).containsExactly("/1/0", "a/1/0", "take off", "pass 2", "landed");
  }

  @Test
  void shouldNoteNobodyWhoHasNoRowOfThePass() {
    ModelFacts facts =
        TestFacts.with(
            Runs.FACTS,
            SpecialTokens.NONE,
            new Conventions(
                true, Conventions.FirstRow.GIVEN, Conventions.Noise.ABSORBING, false, 0f, false));
    scheduler = scheduler(facts);
    DocumentPlan given =
        DocumentPlan.onOneCanvas(
            new Document(List.of()),
            new int[] {TestFacts.MASK, 7},
            List.of(new DocumentPlan.BlankSpan(0, 1, 0, false, false)),
            1);
    RunSpec spec = Runs.spec(given, Runs.settings(1, UnmaskingOrder.CONFIDENCE, 1));
    Recorder recorder = new Recorder();
    scheduler.submit(new Row(Runs.of("given", spec), facts, recorder, 1));
    finish();
    recorder.finished();
    assertThat(events).as("no pass, no note").isEmpty();
    scheduler.submit(new Row(Runs.of("given", spec), facts, new Recorder(), 2));
    scheduler.submit(new Row(Runs.of("a", spec(HARMLESS, 1)), facts, new Recorder(), 3));
    finish();
    assertThat(events).containsExactly("a/1/0", "take off", "pass 1", "landed");
  }

  @Test
  void shouldNoteEachPartWhenMemoryRunsOut() {
    faulty.memoryCells = 32;
    for (String name : List.of("a", "b", "c")) {
      submit(Runs.of(name, spec(HARMLESS, 1)));
    }
    finish();
    assertThat(events)
        .containsExactly(
            "a/1/0",
            "b/1/0",
            "c/1/0",
            "take off",
            "pass 3",
            "check",
            "landed",
            "a/1/0",
            "take off",
            "pass 1",
            "landed",
            "b/1/0",
            "take off",
            "pass 1",
            "landed",
            "c/1/0",
            "take off",
            "pass 1",
            "landed");
  }

  @Test
  void shouldNoteRunsOneByOneWhenOneOfThemFails() {
    submit(Runs.of("a", spec(HARMLESS, 1)));
    submit(Runs.of("poison", spec(POISON, 1)));
    finish();
    assertThat(events)
        .containsExactly(
            "a/1/0",
            "poison/1/0",
            "take off",
            "pass 2",
            "check",
            "landed",
            "a/1/0",
            "take off",
            "pass 1",
            "landed",
            "poison/1/0",
            "take off",
            "pass 1",
            "check",
            "landed",
            "poison/1/0",
            "take off",
            "pass 1",
            "check",
            "landed");
    runs.get(0).finished();
    runs.get(1).failed();
  }

  @Test
  void shouldLeaveTheNoteWhenThePassTookTheDeviceWithIt() {
    submit(Runs.of("a", spec(HARMLESS, 1)));
    submit(Runs.of("b", spec(HARMLESS, 1)));
    faulty.lostAt = call -> true;
    assertThatThrownBy(scheduler::step).hasMessageContaining("lost at call 1");
    assertThat(events).containsExactly("a/1/0", "b/1/0", "take off", "pass 2", "check");
  }

  @Test
  void shouldLeaveTheNoteOfOneRunWhenItTookTheDeviceWithItWhileItWasTriedAlone() {
    submit(Runs.of("a", spec(POISON, 1)));
    submit(Runs.of("b", spec(HARMLESS, 1)));
    faulty.lostAt = call -> call >= 4;
    assertThatThrownBy(scheduler::step).hasMessageContaining("poison");
    assertThat(events)
        .containsExactly(
            "a/1/0",
            "b/1/0",
            "take off",
            "pass 2",
            "check",
            "landed",
            "a/1/0",
            "take off",
            "pass 1",
            "check");
  }

  @Test
  void shouldLeaveTheNoteWhenThePassThrowsAnError() {
    submit(Runs.of("a", spec(HARMLESS, 1)));
    error = new InternalError("no more");
    assertThatThrownBy(scheduler::step).isSameAs(error);
    assertThat(events).containsExactly("a/1/0", "take off", "pass 1");
  }

  @Test
  void shouldLeaveNoNoteWhenAnObserverThrows() {
    scheduler.submit(
        new Row(
            Runs.of("a", spec(HARMLESS, 1)),
            Runs.FACTS,
            event -> {
              throw new IllegalStateException("observer");
            },
            1));
    assertThatThrownBy(scheduler::step).hasMessage("observer");
    assertThat(events).containsExactly("a/1/0", "take off", "pass 1", "landed");
  }

  @Test
  void shouldLeaveNothingOpenWhenAnEngineIsClosed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("flight");
    try (MappedFlightLog mapped = MappedFlightLog.open(file)) {
      mapped.begin();
      Recorder recorder = new Recorder();
      try (DenoisingEngine engine = engine(mapped)) {
        engine.submit(Runs.of("over", spec(HARMLESS, 4)), recorder);
        assertThat(recorder.over.await(30, TimeUnit.SECONDS)).isTrue();
        for (int run = 0; run < 20; run++) {
          engine.submit(Runs.of("run " + run, spec(HARMLESS, 15)), new Recorder());
        }
      }
      recorder.finished();
    }
    assertThat(passLeftIn(file)).isEmpty();
  }

  @Test
  void shouldLeaveThoseAboardWhenAnEngineIsClosedThatLostItsDevice(@TempDir Path folder) {
    Path file = folder.resolve("flight");
    try (MappedFlightLog mapped = MappedFlightLog.open(file)) {
      mapped.begin();
      faulty.lostAt = call -> call >= 3;
      try (DenoisingEngine engine = engine(mapped)) {
        engine.submit(Runs.of("a", spec(HARMLESS, 15)), new Recorder());
        while (engine.failure().isEmpty()) {
          Thread.onSpinWait();
        }
        mapped.reading(new byte[] {1}, true).done(); // waits for no pass that never ends
      }
    }
    assertThat(passLeftIn(file))
        .containsExactly(new Aboard("a".getBytes(StandardCharsets.UTF_8), 1, 2));
  }

  private DenoisingEngine engine(FlightLog flight) {
    return new DenoisingEngine(
        List.of(new EngineModel(Runs.FACTS, faulty, StepCost.FLAT)),
        EngineOptions.DEFAULT,
        EngineClock.SYSTEM,
        flight);
  }

  private static List<Aboard> passLeftIn(Path file) {
    try (MappedFlightLog mapped = MappedFlightLog.open(file)) {
      return Optional.of(mapped)
          .flatMap(MappedFlightLog::death)
          .map(death -> death.pass())
          .orElse(List.of());
    }
  }
}
