package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for every run of every sampler, whatever shares its batch. */
class SamplerPropertiesTest {

  private final HashForwardPass masked = new HashForwardPass(Runs.FACTS.tokens());
  private final HashForwardPass noisy = new HashForwardPass(Runs.NOISY.tokens(), false);
  private long arrivals;

  private BatchScheduler scheduler(int slots) {
    return new BatchScheduler(
        List.of(new EngineModel(Runs.FACTS, masked), new EngineModel(Runs.NOISY, noisy)),
        EngineOptions.DEFAULT.withSlots(slots),
        EngineClock.SYSTEM);
  }

  private Recorder submit(BatchScheduler scheduler, RunSpec spec) {
    Recorder recorder = new Recorder();
    ModelFacts facts = spec.model().equals(Runs.NOISY.name()) ? Runs.NOISY : Runs.FACTS;
    scheduler.submit(new Row(spec, facts, recorder, ++arrivals));
    return recorder;
  }

  private Recorder alone(RunSpec spec) {
    BatchScheduler scheduler = scheduler(1);
    Recorder recorder = submit(scheduler, spec);
    finish(scheduler);
    return recorder;
  }

  private static void finish(BatchScheduler scheduler) {
    while (scheduler.hasWork()) {
      scheduler.step();
    }
  }

  private static List<RunProgress> progressOf(List<StepReport> steps) {
    return steps.stream().map(StepReport::progress).toList();
  }

  @Provide
  Arbitrary<RunSpec> run() {
    return Runs.any();
  }

  @Provide
  Arbitrary<RunSpec> noisyRun() {
    return Runs.noisy();
  }

  @Provide
  Arbitrary<List<RunSpec>> runs() {
    return Arbitraries.oneOf(Runs.any(), Runs.noisy()).list().ofMinSize(1).ofMaxSize(12);
  }

  @Property(tries = 60)
  void shouldGiveTheSameTokensAloneAndAmongOthers(
      @ForAll("runs") List<RunSpec> specs,
      @ForAll @IntRange(min = 1, max = 6) int slots,
      @ForAll @Size(12) List<@IntRange(min = 0, max = 5) Integer> stepsBetween) {
    BatchScheduler scheduler = scheduler(slots);
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      recorders.add(submit(scheduler, specs.get(i)));
      for (int step = 0; step < stepsBetween.get(i); step++) {
        scheduler.step();
      }
    }
    finish(scheduler);
    for (int i = 0; i < specs.size(); i++) {
      assertThat(progressOf(recorders.get(i).steps()))
          .isEqualTo(progressOf(alone(specs.get(i)).steps()));
    }
  }

  @Property(tries = 200)
  void shouldUnmaskEveryMaskOnceAndNothingElse(@ForAll("run") RunSpec spec) {
    Recorder recorder = alone(spec);
    RunProgress before = spec.from();
    for (StepReport report : recorder.steps()) {
      RunProgress after = report.progress();
      assertThat(report.step()).isEqualTo(after.stepsDone()).isBetween(1, report.steps());
      assertThat(report.maskedAfter()).isBetween(0, report.maskedBefore());
      for (int mask = 0; mask < after.maskTokens().length; mask++) {
        if (before.maskTokens()[mask] != RunProgress.MASKED) {
          assertThat(after.maskTokens()[mask]).isEqualTo(before.maskTokens()[mask]);
          assertThat(after.confidences()[mask]).isEqualTo(before.confidences()[mask]);
        }
      }
      before = after;
    }
    assertThat(recorder.finished()).isEqualTo(before);
    assertThat(before.masked()).isZero();
    assertThat(before.stepsTotal()).isEqualTo(recorder.steps().size());
  }

  @Property(tries = 200)
  void shouldTakeThePlannedStepsWhenTheScheduleIsCountedAndNothingEndsEarly(
      @ForAll("run") RunSpec spec) {
    if (mayEndEarly(spec)) {
      return;
    }
    List<StepReport> reports = alone(spec).steps();
    for (DocumentPlan.Pass pass : spec.plan().passes()) {
      int number = spec.plan().passes().indexOf(pass) + 1;
      List<StepReport> ofPass = reports.stream().filter(r -> r.pass() == number).toList();
      assertThat(ofPass).hasSize(ofPass.get(0).steps());
      assertThat(ofPass.stream().mapToInt(r -> r.maskedBefore() - r.maskedAfter()).sum())
          .isEqualTo(pass.masks());
    }
  }

  private static boolean mayEndEarly(RunSpec spec) {
    boolean counted =
        spec.settings().rule() instanceof RevealRule.Scheduled scheduled
            && scheduled.schedule() != CountSchedule.INDEPENDENT;
    return !counted || spec.plan().blanks().stream().anyMatch(DocumentPlan.BlankSpan::endAllowed);
  }

  @Property(tries = 100)
  void shouldNeverTakeMoreStepsThanTheRequestAllows(@ForAll("run") RunSpec spec) {
    SamplingSettings settings = spec.settings();
    List<StepReport> reports = alone(spec).steps();
    for (StepReport report : reports) {
      int masks = spec.plan().pass(report.pass()).masks();
      int length = settings.blockLength() == 0 ? masks : settings.blockLength();
      int blocks = (masks + length - 1) / length;
      assertThat(report.step()).isLessThanOrEqualTo(Math.max(blocks, settings.steps()));
    }
  }

  @Property(tries = 60)
  void shouldNeverChangeAKnownToken(@ForAll("runs") List<RunSpec> specs) {
    RunSpec spec = specs.get(0);
    HashForwardPass forward = spec.model().equals(Runs.NOISY.name()) ? noisy : masked;
    forward.calls.clear();
    alone(spec);
    for (HashForwardPass.Call call : forward.calls) {
      long[] canvas = call.canvases().get(0);
      for (int i = 0; i < canvas.length; i++) {
        if (spec.plan().tokens()[i] != TestFacts.MASK) {
          assertThat(canvas[i]).isEqualTo(spec.plan().tokens()[i]);
        }
      }
    }
  }

  @Property(tries = 60)
  void shouldGoOnAsIfUndisturbedWhenResumed(@ForAll("runs") List<RunSpec> specs) {
    RunSpec spec = specs.get(0);
    List<StepReport> undisturbed = alone(spec).steps();
    for (int k = 0; k < undisturbed.size(); k++) {
      Recorder resumed = alone(Runs.from(spec, undisturbed.get(k).progress()));
      assertThat(progressOf(resumed.steps()))
          .isEqualTo(progressOf(undisturbed.subList(k + 1, undisturbed.size())));
      assertThat(resumed.finished()).isEqualTo(undisturbed.get(undisturbed.size() - 1).progress());
    }
  }

  @Property(tries = 100)
  void shouldPredictEveryTokenInTheStepsAskedForWhenBlanksStartFromNoise(
      @ForAll("noisyRun") RunSpec spec) {
    Recorder recorder = alone(spec);
    int asked = spec.settings().steps();
    int each = spec.settings().rule() instanceof RevealRule.Unrolled ? 2 * asked - 1 : asked;
    assertThat(recorder.steps()).extracting(StepReport::steps).containsOnly(each);
    assertThat(recorder.steps()).hasSizeLessThanOrEqualTo(each * spec.plan().passes().size());
    assertThat(recorder.steps().size() % each).isZero();
    assertThat(Arrays.stream(recorder.finished().maskTokens()))
        .allMatch(token -> token >= 0 && token < Runs.NOISY.tokens());
  }

  @Property(tries = 100)
  void shouldNeverEndABlankThatMayNotEnd(@ForAll("run") RunSpec spec) {
    int[] tokens = alone(spec).finished().maskTokens();
    int first = 0;
    for (DocumentPlan.BlankSpan blank : spec.plan().blanks()) {
      int end = first + blank.length();
      for (int mask = first; mask < end && !blank.endAllowed(); mask++) {
        assertThat(tokens[mask]).isNotEqualTo(TestFacts.END);
      }
      first = end;
    }
  }
}
