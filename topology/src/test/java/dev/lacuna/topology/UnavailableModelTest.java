package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import org.junit.jupiter.api.Test;

/** A model that can't be loaded fails its requests, and no others. */
final class UnavailableModelTest {
  private static final String REASON = "config.json is cut off";

  private final TestParts parts = new TestParts();
  private final Committed committed = new Committed();

  private GenerationCompletion answer(String model) {
    parts.unavailable.put("broken", REASON);
    TaskLife task = new TaskLife(parts, committed);
    task.submit(Requests.request("r1").setModel(model).build());
    task.submit(Requests.request("r2").setModel("demo").build());
    assertThat(parts.engine.submitted()).as("the other model's request").hasSize(1);
    task.commit();
    return committed.completions.get(0);
  }

  @Test
  void shouldFailItsRequestsWithTheReasonAndServeTheOthers() {
    GenerationCompletion answer = answer("broken");
    assertThat(answer.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(answer.getError().getCode()).isEqualTo("MODEL_UNAVAILABLE");
    assertThat(answer.getError().getField()).isEqualTo("model");
    assertThat(answer.getError().getMessage()).contains(REASON, "[broken (unavailable), demo]");
  }

  @Test
  void shouldFailRequestsThatNameNoneWhenTheDefaultModelIsUnavailable() {
    parts.models.clear();
    parts.models.put("other", new dev.lacuna.topology.fakes.FakeModel("other", "fp-1", 4));
    parts.unavailable.put("demo", REASON);
    TaskLife task = new TaskLife(parts, committed);
    task.submit(Requests.request("r1").build());
    task.commit();
    assertThat(committed.completions.get(0).getError().getCode()).isEqualTo("MODEL_UNAVAILABLE");
    assertThat(committed.completions.get(0).getError().getMessage())
        .contains("'demo'", REASON, "[demo (unavailable), other]");
  }

  @Test
  void shouldSayWhichModelsAreUnavailableWhenTheNameIsUnknown() {
    GenerationCompletion answer = answer("nobody");
    assertThat(answer.getError().getCode()).isEqualTo("UNKNOWN_MODEL");
    assertThat(answer.getError().getMessage()).contains("[broken (unavailable), demo]");
  }

  @Test
  void shouldTreatRestoredRequestsLikeThoseOfAChangedModelWhenItsModelIsUnavailable() {
    TaskLife first = new TaskLife(parts, committed);
    first.submit(Requests.request("r1").build());
    parts.engine.step();
    first.punctuate(TestParts.CHECKPOINT_INTERVAL);
    first.commit();

    TestParts second = new TestParts();
    second.models.clear();
    second.unavailable.put("demo", REASON);
    TaskLife next = new TaskLife(second, committed);
    next.tick();
    next.punctuate(TestParts.DRAIN_INTERVAL);
    next.commit();
    assertThat(committed.completions.get(0).getError().getCode()).isEqualTo("MODEL_CHANGED");
    assertThat(committed.completions.get(0).getError().getMessage()).contains(REASON);
    assertThat(committed.stored()).isZero();
  }
}
