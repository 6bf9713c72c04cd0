package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.topology.store.EntryCodec;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work of several passes that an earlier owner left. */
final class LongRestoreTest {
  private static final Duration CHECKPOINT = TestParts.CHECKPOINT_INTERVAL;
  private static final Duration DRAIN = TestParts.DRAIN_INTERVAL;

  private final Committed committed = new Committed();

  /** Three blanks in more text than a canvas holds: three passes of four steps. */
  private static GenerationRequest longRequest() {
    List<Object> document = new ArrayList<>();
    for (int blank = 0; blank < 3; blank++) {
      document.add(new Text("x".repeat(40)));
      document.add(new Blank(8, null, BlankLength.EXACT));
    }
    return Requests.request("long").setDocument(document).build();
  }

  @Test
  void shouldGoOnInTheSamePassWithTheSameTextWhenAnOwnerCrashesAfterAnyStep() {
    Committed undisturbed = new Committed();
    TestParts calm = new TestParts();
    TaskLife only = new TaskLife(calm, undisturbed);
    only.submit(longRequest());
    calm.engine.finish();
    only.punctuate(DRAIN);
    only.commit();
    assertThat(undisturbed.completions.get(0).getStepsRun()).isEqualTo(12);

    for (int steps = 1; steps < 12; steps++) {
      Committed crashed = new Committed();
      TestParts first = new TestParts();
      TaskLife owner = new TaskLife(first, crashed);
      owner.submit(longRequest());
      for (int step = 0; step < steps; step++) {
        first.engine.step();
      }
      owner.punctuate(CHECKPOINT);
      owner.commit();

      TestParts second = new TestParts();
      TaskLife next = new TaskLife(second, crashed);
      next.tick();
      RunProgress from = second.engine.submitted().get(0).from();
      assertThat(from.pass()).isEqualTo((steps - 1) / 4 + 1);
      assertThat(from.stepsTotal()).isEqualTo(steps);
      second.engine.finish();
      next.punctuate(DRAIN);
      next.commit();
      assertThat(crashed.completions.get(0).getSamples())
          .isEqualTo(undisturbed.completions.get(0).getSamples());
      assertThat(crashed.timings)
          .extracting(timing -> timing.getPass() + "/" + timing.getStep())
          .containsExactly(
              "1/1", "1/2", "1/3", "1/4", "2/1", "2/2", "2/3", "2/4", "3/1", "3/2", "3/3", "3/4");
    }
  }

  @Test
  void shouldFailTheRequestWhenItsProgressIsInAPassThatThePlanDoesNotHave() {
    TestParts first = new TestParts();
    TaskLife owner = new TaskLife(first, committed);
    owner.submit(longRequest());
    first.engine.step();
    owner.punctuate(CHECKPOINT);
    owner.commit();
    Progress open = ProgressCodec.decode(committed.value("progress", "long"));
    RunProgress run = open.samples().get(0).run();
    RunProgress beyond = new RunProgress(4, 0, 12, run.maskTokens(), run.confidences());
    Progress damaged =
        new Progress(
            open.firstStepMicros(),
            open.lastStepMicros(),
            open.batchRowsSum(),
            false,
            List.of(new Progress.SampleProgress(false, beyond)));
    committed.overwrite("progress", "long", ProgressCodec.encode(damaged));

    TestParts second = new TestParts();
    TaskLife next = new TaskLife(second, committed);
    next.tick();
    next.punctuate(DRAIN);
    next.commit();
    assertThat(second.engine.submitted()).isEmpty();
    assertThat(committed.completions.get(0).getError().getCode()).isEqualTo("MODEL_CHANGED");
  }

  @Test
  void shouldNoticeWhenTheSameTokensAreCutIntoOtherPasses() {
    TestParts first = new TestParts();
    TaskLife owner = new TaskLife(first, committed);
    owner.submit(longRequest());
    first.engine.step();
    owner.punctuate(CHECKPOINT);
    owner.commit();
    Entry entry = EntryCodec.decode("long", committed.value("pending", "long"));
    DocumentPlan plan = first.engine.submitted().get(0).plan();
    assertThat(entry.planChecksum()).isEqualTo(Entry.checksum(plan));
    List<DocumentPlan.Pass> others = new ArrayList<>(plan.passes());
    DocumentPlan.Pass last = others.remove(2);
    others.add(new DocumentPlan.Pass(last.start() + 1, last.end(), last.firstMask(), last.masks()));
    assertThat(
            Entry.checksum(
                new DocumentPlan(
                    plan.document(), plan.tokens(), plan.blanks(), plan.promptTokens(), others)))
        .isNotEqualTo(entry.planChecksum());
  }
}
