package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.engine.schedule.Buckets;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Runs under faults: every one ends as it should, and in the tokens of an undisturbed one. */
class FailingStepsPropertiesTest {

  /** The canvas of nothing but masks has 32 tokens: a device of less is lost. */
  private static final int MEMORY_MIN = 32;

  /** Faults that don't come again are farther apart than a step tried again run by run. */
  private static final int APART = 60;

  /** Which faults a device has. */
  record Faults(int memoryCells, int period, int lostFrom) {

    void into(FaultyForwardPass forward) {
      forward.memoryCells = memoryCells;
      forward.lostAt = call -> call >= lostFrom;
      forward.transientAt = call -> period > 0 && call % (APART + period) == APART;
    }
  }

  @Provide
  Arbitrary<Faults> faults() {
    Arbitrary<Integer> memory =
        Arbitraries.oneOf(
            Arbitraries.just(Integer.MAX_VALUE), Arbitraries.integers().between(MEMORY_MIN, 1000));
    Arbitrary<Integer> periods = Arbitraries.integers().between(0, 20);
    return Combinators.combine(memory, periods)
        .as((cells, period) -> new Faults(cells, period, Integer.MAX_VALUE));
  }

  @Provide
  Arbitrary<List<RunSpec>> specs() {
    Arbitrary<Integer> first =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(6, Arbitraries.just(FaultyForwardPass.HARMLESS)),
            net.jqwik.api.Tuple.of(2, Arbitraries.integers().between(450, 453)));
    Arbitrary<RunSpec> spec =
        Combinators.combine(
                first,
                Arbitraries.integers().between(1, 120),
                Arbitraries.integers().between(1, 6),
                Arbitraries.of(UnmaskingOrder.class),
                Arbitraries.of(0f, 0f, 0f, 1.5f),
                Arbitraries.longs().between(0, 1000))
            .as(FailingStepsPropertiesTest::spec);
    return spec.list().ofMinSize(1).ofMaxSize(20);
  }

  private static RunSpec spec(
      int first, int masks, int steps, UnmaskingOrder order, float guidance, long seed) {
    DocumentPlan plan = Runs.plan(masks);
    plan.tokens()[0] = first;
    SamplingSettings settings =
        new SamplingSettings(
            steps,
            order,
            new RevealRule.Scheduled(CountSchedule.EVEN),
            1f,
            1f,
            0,
            guidance,
            0,
            1f,
            List.of(),
            seed);
    return Runs.spec(plan, settings);
  }

  private static List<Recorder> run(List<RunSpec> specs, int slots, FaultyForwardPass forward) {
    BatchScheduler scheduler =
        new BatchScheduler(
            List.of(new EngineModel(Runs.FACTS, forward, StepCost.FLAT)),
            EngineOptions.together(slots),
            EngineClock.SYSTEM);
    List<Recorder> recorders = new ArrayList<>();
    for (RunSpec spec : specs) {
      recorders.add(new Recorder());
      scheduler.submit(
          new Row(spec, Runs.FACTS, recorders.get(recorders.size() - 1), recorders.size()));
    }
    try {
      while (scheduler.hasWork()) {
        scheduler.step();
      }
    } catch (RuntimeException lost) {
      assertThat(forward.lostAt.test(forward.called)).as("the device is lost").isTrue();
    }
    return recorders;
  }

  @Property(tries = 300)
  void shouldEndEveryRunAsItShouldWhenStepsFail(
      @ForAll("specs") List<RunSpec> specs,
      @ForAll("faults") Faults faults,
      @ForAll("slots") int slots) {
    FaultyForwardPass faulty = new FaultyForwardPass();
    faults.into(faulty);
    List<Recorder> disturbed = run(specs, slots, faulty);
    for (int i = 0; i < specs.size(); i++) {
      RunSpec spec = specs.get(i);
      Recorder run = disturbed.get(i);
      String code = expectedCode(spec, faults);
      if (code.isEmpty()) {
        Recorder calm = run(List.of(spec), 1, new FaultyForwardPass()).get(0);
        assertThat(run.finished()).isEqualTo(calm.finished());
        assertStepsAreThoseOf(calm, run);
      } else {
        assertThat(run.failed().code()).isEqualTo(code);
        assertThat(run.steps()).isEmpty();
      }
    }
  }

  @Provide
  Arbitrary<Integer> slots() {
    return Arbitraries.integers().between(1, 16);
  }

  private static String expectedCode(RunSpec spec, Faults faults) {
    int rows = spec.settings().guided() ? 2 : 1;
    if (rows * Buckets.padded(spec.plan().length()) > faults.memoryCells()) {
      return RefusalCodes.OUT_OF_MEMORY;
    }
    int first = spec.plan().tokens()[0];
    if (first == FaultyForwardPass.HARMLESS) {
      return "";
    }
    return first == FaultyForwardPass.POISON ? RefusalCodes.MODEL_ERROR : RefusalCodes.NUMERIC;
  }

  /** Each step once, in order, in the same state: none is told twice, none is left out. */
  private static void assertStepsAreThoseOf(Recorder calm, Recorder run) {
    assertThat(run.steps())
        .extracting(StepReport::progress)
        .isEqualTo(calm.steps().stream().map(StepReport::progress).toList());
  }

  @Property(tries = 200)
  void shouldFailNobodyWhenTheDeviceIsLost(
      @ForAll("specs") List<RunSpec> specs,
      @ForAll("lostFrom") int lostFrom,
      @ForAll("slots") int slots) {
    List<RunSpec> harmless =
        specs.stream()
            .filter(spec -> spec.plan().tokens()[0] == FaultyForwardPass.HARMLESS)
            .toList();
    FaultyForwardPass faulty = new FaultyForwardPass();
    new Faults(Integer.MAX_VALUE, 0, lostFrom).into(faulty);
    List<Recorder> lost = run(harmless, slots, faulty);
    for (int i = 0; i < harmless.size(); i++) {
      Recorder calm = run(List.of(harmless.get(i)), 1, new FaultyForwardPass()).get(0);
      List<RunProgress> whole = calm.steps().stream().map(StepReport::progress).toList();
      List<RunProgress> told = lost.get(i).steps().stream().map(StepReport::progress).toList();
      assertThat(told).isEqualTo(whole.subList(0, told.size()));
      assertThat(lost.get(i).events).noneMatch(event -> event instanceof RunEvent.Failed);
      assertThat(IntStream.range(0, told.size()).map(step -> told.get(step).stepsDone()))
          .containsExactlyElementsOf(IntStream.rangeClosed(1, told.size()).boxed().toList());
    }
  }

  @Provide
  Arbitrary<Integer> lostFrom() {
    return Arbitraries.integers().between(1, 60);
  }
}
