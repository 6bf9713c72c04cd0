package dev.lacuna.runtime.onnx.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.checkpoint.TestCheckpoint;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.onnx.Steps.Draw;
import dev.lacuna.runtime.onnx.Steps.Row;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids 0 (padding), 1 (end), 2 (mask) and the last (no token) of the test checkpoint. */
class SuppressionTest {

  private static final int VOCABULARY = 40;
  private static final int END = 1;
  private static final int[] SUPPRESSED = {0, 2, VOCABULARY - 1};
  private static OpenedCheckpoint opened;

  @BeforeAll
  static void open(@TempDir Path folder) {
    Path checkpoint = TestCheckpoint.of(VOCABULARY, 32).write(folder);
    opened = Checkpoints.open(checkpoint, "test", ForwardPassOptions.defaults().withThreads(1));
  }

  @AfterAll
  static void close() {
    opened.forwardPass().close();
  }

  @Test
  void shouldNeverProposeASuppressedIdWhenTheUniformNumberSweepsItsRange() {
    boolean endSeen = false;
    for (float temperature : new float[] {0, 1e-9f, 0.1f, 1, 5, 1000}) {
      for (float topP : new float[] {1, 0.9f, 1e-9f}) {
        for (boolean endAllowed : new boolean[] {true, false}) {
          int[] proposals = sweep(new Draw(temperature, topP, 0, endAllowed, uniforms()));
          assertThat(proposals).doesNotContain(SUPPRESSED);
          boolean end = IntStream.of(proposals).anyMatch(id -> id == END);
          assertThat(end && !endAllowed).isFalse();
          endSeen |= end;
        }
      }
    }
    assertThat(endSeen).as("the end token can be proposed where it is allowed").isTrue();
  }

  @Test
  void shouldProposeEveryOtherIdWhenTheTemperatureIsHigh() {
    int[] proposals = sweep(new Draw(1000, 1, 0, true, uniforms()));
    assertThat(IntStream.of(proposals).distinct().count())
        .isEqualTo(VOCABULARY - SUPPRESSED.length);
  }

  @Test
  void shouldKeepOneTokenWhenTopKIsOne() {
    int[] greedy = sweep(new Draw(0, 1, 0, true, 0.5f));
    assertThat(sweep(new Draw(1, 1, 1, true, uniforms()))).isEqualTo(greedy);
    assertThat(sweep(new Draw(1, 1e-9f, 0, true, uniforms()))).isEqualTo(greedy);
  }

  @Test
  void shouldCountOnlyTheIdsLeftWhenTheEndIsForbidden() {
    StepBatch with = run(new Draw(1000, 1, 0, true, uniforms()));
    StepBatch without = run(new Draw(1000, 1, 0, false, uniforms()));
    int compared = 0;
    for (int i = 0; i < with.positions; i++) {
      if (with.proposals[i] == without.proposals[i]) {
        assertThat(without.confidences[i]).isGreaterThan(with.confidences[i]);
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  private static int[] sweep(Draw draw) {
    return run(draw).proposals;
  }

  /** Every uniform number at each position of a canvas of masks. */
  private static StepBatch run(Draw draw) {
    int count = uniforms().length;
    Row row = new Row(IntStream.range(0, count).mapToLong(i -> 2).toArray(), all(count), draw);
    StepBatch batch = Steps.batch(count, 0, List.of(row));
    opened.forwardPass().run(batch);
    return batch;
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  private static float[] uniforms() {
    float[] u = new float[200];
    for (int i = 0; i < u.length; i++) {
      u[i] = (float) i / u.length;
    }
    u[1] = Float.MIN_VALUE;
    u[u.length - 1] = 0.99999994f;
    return u;
  }
}
