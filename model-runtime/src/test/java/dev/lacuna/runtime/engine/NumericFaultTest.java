package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.checkpoint.TestCheckpoint;
import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.TestModels;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.StepSizes;
import dev.lacuna.runtime.text.RunProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A real graph with damaged weights: the embedding of one token holds no numbers. Runs whose canvas
 * has the token fail, and the others can't tell that such rows were among them.
 */
class NumericFaultTest {

  private static final int VOCABULARY = 300;
  private static final int HIDDEN = 32;
  private static final int DAMAGED = 40;
  private static final int ROWS = 24;

  /** A checkpoint whose output projection is its own, so that no logit but theirs is damaged. */
  private static Path checkpoint(Path folder) {
    TestCheckpoint checkpoint = TestCheckpoint.of(VOCABULARY, HIDDEN);
    checkpoint.config.put("tie_word_embeddings", false);
    ObjectNode embeddings = checkpoint.tensor("model.embed_tokens.weight");
    int bytes = embeddings.get("data_offsets").get(1).asInt();
    int end = checkpoint.data.length;
    checkpoint.data = Arrays.copyOf(checkpoint.data, end + bytes);
    System.arraycopy(checkpoint.data, 0, checkpoint.data, end, bytes);
    ObjectNode head = embeddings.deepCopy();
    head.putArray("data_offsets").add(end).add(end + bytes);
    checkpoint.header.set("lm_head.weight", head);
    return checkpoint.write(folder);
  }

  /** Every second run begins with the damaged token. */
  private static RunSpec spec(EngineModel model, int i) {
    RunSpec spec = EngineOnCheckpointTest.spec(model.facts(), i);
    spec.plan().tokens()[0] = i % 2 == 0 ? DAMAGED : 7;
    return spec;
  }

  private static List<Recorder> run(EngineModel model, List<RunSpec> specs) {
    BatchScheduler scheduler =
        new BatchScheduler(
            List.of(model.withCost(StepCost.FLAT)),
            EngineOptions.together(2 * ROWS),
            EngineClock.SYSTEM);
    List<Recorder> recorders = new ArrayList<>();
    for (RunSpec spec : specs) {
      Recorder recorder = new Recorder();
      recorders.add(recorder);
      scheduler.submit(new Row(spec, model.facts(), recorder, recorders.size()));
    }
    while (scheduler.hasWork()) {
      scheduler.step();
    }
    return recorders;
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, fp32, 0",
    "NaN, fp32, 100",
    "Infinity, fp32, 0",
    "NaN, int8, 0",
    "Infinity, int8, 100"
  })
  void shouldFailTheRunsWithDamagedTokensAndNotDisturbTheOthers(
      float damage, String dtype, int tilePositions, @TempDir Path folder) {
    ForwardPassOptions options = ForwardPassOptions.defaults().withThreads(2);
    if (tilePositions > 0) {
      options = options.withSizes(new StepSizes(tilePositions, 16));
    }
    NumberFormat format = NumberFormat.ofWireName(dtype).orElseThrow();
    EngineModel model = TestModels.damaged(checkpoint(folder), DAMAGED, damage, format, options);
    List<RunSpec> specs = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      specs.add(spec(model, i));
    }
    List<Recorder> together = run(model, specs);
    int finished = 0;
    for (int i = 0; i < ROWS; i++) {
      Recorder alone = run(model, List.of(specs.get(i))).get(0);
      // Also those that drew the damaged token themselves, and fail by it later.
      assertThat(told(together.get(i))).as("run %d", i).isEqualTo(told(alone));
      Optional<String> code = code(together.get(i));
      assertThat(code).isIn(Optional.empty(), Optional.of(RefusalCodes.NUMERIC));
      finished += code.isEmpty() ? 1 : 0;
      if (i % 2 == 0) {
        assertThat(code).contains(RefusalCodes.NUMERIC);
        assertThat(together.get(i).steps().stream().filter(NumericFaultTest::filled)).isEmpty();
      }
    }
    assertThat(finished).isGreaterThan(ROWS / 4);
    model.forwardPass().close();
  }

  private static boolean filled(StepReport step) {
    return step.maskedAfter() < step.maskedBefore();
  }

  private static List<RunProgress> told(Recorder recorder) {
    return recorder.steps().stream().map(StepReport::progress).toList();
  }

  private static Optional<String> code(Recorder recorder) {
    RunEvent last = recorder.events.get(recorder.events.size() - 1);
    return last instanceof RunEvent.Failed failed
        ? Optional.of(failed.refusal().code())
        : Optional.empty();
  }
}
