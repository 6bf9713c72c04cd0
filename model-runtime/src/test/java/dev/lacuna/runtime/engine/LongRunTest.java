package dev.lacuna.runtime.engine;

import static dev.lacuna.runtime.check.CheckedAssert.validOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.CanvasPlanner;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.BlankLength;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.DocumentPlan.BlankSpan;
import dev.lacuna.runtime.text.DocumentPlan.Pass;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.runtime.text.TextCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs of several passes: documents that one canvas does not hold. */
class LongRunTest {

  private static final ModelFacts FACTS = TestFacts.named("m", 32, 500);

  /** A token for every char; text of letters only. */
  private static final TextCodec LETTERS =
      new TextCodec() {
        @Override
        public int[] encode(String text) {
          return text.chars().toArray();
        }

        @Override
        public String decode(int[] tokens) {
          return new String(tokens, 0, tokens.length);
        }

        @Override
        public int maxTokenBytes() {
          return 3;
        }

        @Override
        public int size() {
          return 500;
        }
      };

  private final HashForwardPass forward = new HashForwardPass(FACTS.tokens());
  private long arrivals;

  private static DocumentPlan plan(long seed) {
    Random random = new Random(seed);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      segments.add(new Text("x".repeat(random.nextInt(40))));
      int tokens = random.nextBoolean() ? 1 + random.nextInt(5) : 1 + random.nextInt(70);
      segments.add(new Blank(tokens, Optional.empty(), BlankLength.UP_TO));
    }
    segments.add(new Text("x".repeat(random.nextInt(2) * 50)));
    CanvasPlanner planner = new CanvasPlanner(FACTS, LETTERS, ModelLimits.DEFAULT);
    return validOf(planner.plan(new Document(segments)));
  }

  private static RunSpec spec(DocumentPlan plan, UnmaskingOrder order, RunProgress from) {
    SamplingSettings settings = SamplingSettings.plain(5, order, 1f, 1f, 0, 3);
    return new RunSpec(
        FACTS.name(), plan, settings, CounterRandom.of(3, 1), 1, 0, Long.MAX_VALUE, 0, from);
  }

  private Recorder run(RunSpec... specs) {
    BatchScheduler scheduler =
        new BatchScheduler(
            List.of(new EngineModel(FACTS, forward)),
            EngineOptions.DEFAULT.withSlots(3),
            EngineClock.SYSTEM);
    List<Recorder> recorders = new ArrayList<>();
    for (RunSpec spec : specs) {
      recorders.add(new Recorder());
      scheduler.submit(new Row(spec, FACTS, recorders.get(recorders.size() - 1), ++arrivals));
    }
    while (scheduler.hasWork()) {
      scheduler.step();
    }
    return recorders.get(0);
  }

  private static RunSpec fresh(DocumentPlan plan, UnmaskingOrder order) {
    return spec(plan, order, RunProgress.start(plan));
  }

  @ParameterizedTest
  @EnumSource(UnmaskingOrder.class)
  void shouldEndInTheSameTokensWhenResumedAfterAnyStep(UnmaskingOrder order) {
    DocumentPlan plan = plan(11);
    assertThat(plan.passes().size()).isGreaterThan(5);
    Recorder whole = run(fresh(plan, order));
    List<StepReport> steps = whole.steps();
    for (int done = 0; done < steps.size(); done++) {
      Recorder resumed = run(spec(plan, order, steps.get(done).progress()));
      assertThat(resumed.finished()).isEqualTo(whole.finished());
      assertThat(resumed.steps())
          .extracting(report -> List.of(report.pass(), report.step(), report.maskedAfter()))
          .isEqualTo(
              steps.subList(done + 1, steps.size()).stream()
                  .map(report -> List.of(report.pass(), report.step(), report.maskedAfter()))
                  .toList());
    }
  }

  @Property(tries = 30)
  void shouldTakeThePassesInOrderAndUnmaskEveryMaskOnceInItsOwn(@ForAll long seed) {
    DocumentPlan plan = plan(seed);
    RunProgress before = RunProgress.start(plan);
    boolean endedEarly = false;
    for (StepReport report : run(fresh(plan, UnmaskingOrder.CONFIDENCE)).steps()) {
      RunProgress after = report.progress();
      boolean samePass = after.pass() == before.pass();
      assertThat(after.pass() - before.pass()).isBetween(0, 1);
      assertThat(after.stepsDone()).isEqualTo(samePass ? before.stepsDone() + 1 : 1);
      assertThat(after.stepsTotal()).isEqualTo(before.stepsTotal() + 1);
      Pass pass = plan.pass(after.pass());
      for (int mask = 0; mask < plan.maskCount(); mask++) {
        if (before.maskTokens()[mask] != after.maskTokens()[mask]) {
          assertThat(before.maskTokens()[mask]).isEqualTo(RunProgress.MASKED);
          boolean behindTheEnd = mask >= pass.firstMask() + pass.masks();
          assertThat(mask).isGreaterThanOrEqualTo(pass.firstMask());
          // Once the text of a trailing blank has ended, no pass is run for what is left of it.
          assertThat(behindTheEnd).isIn(false, after.maskTokens()[mask] == TestFacts.END);
          endedEarly |= behindTheEnd;
        }
      }
      before = after;
    }
    BlankSpan last = plan.blanks().get(plan.blanks().size() - 1);
    assertThat(endedEarly).isIn(false, last.endAllowed());
    assertThat(endedEarly || before.pass() == plan.passes().size()).isTrue();
    assertThat(before.masked()).isZero();
  }

  @Property(tries = 30)
  void shouldShowEachPassWhatEarlierOnesFilled(@ForAll long seed) {
    DocumentPlan plan = plan(seed);
    forward.calls.clear();
    Recorder recorder = run(fresh(plan, UnmaskingOrder.CONFIDENCE));
    int[] filled = recorder.finished().maskTokens();
    int[] document = plan.tokens().clone();
    int[] positions = plan.maskPositions();
    for (int mask = 0; mask < filled.length; mask++) {
      document[positions[mask]] = filled[mask];
    }
    for (int step = 0; step < recorder.steps().size(); step++) {
      Pass pass = plan.pass(recorder.steps().get(step).pass());
      long[] canvas = forward.calls.get(step).canvases().get(0);
      int own = positions[pass.firstMask()];
      int behind = positions[pass.firstMask() + pass.masks() - 1] + 1;
      assertThat(canvas).hasSize(pass.length());
      for (int i = 0; i < canvas.length; i++) {
        int position = pass.start() + i;
        boolean open = canvas[i] == TestFacts.MASK;
        assertThat(open ? document[position] : canvas[i]).isEqualTo(document[position]);
        assertThat(open).isIn(false, position >= own && position < behind);
      }
    }
  }

  @Property(tries = 30)
  void shouldGiveTheSameTokensAloneAndAmongOthers(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int others) {
    RunSpec[] specs = new RunSpec[1 + others];
    Arrays.setAll(specs, i -> fresh(plan(seed + i), UnmaskingOrder.CONFIDENCE));
    assertThat(run(specs).finished()).isEqualTo(run(specs[0]).finished());
  }
}
