package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.checkpoint.TestCheckpoint;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.onnx.Steps.Draw;
import dev.lacuna.runtime.onnx.Steps.Outcome;
import dev.lacuna.runtime.onnx.Steps.Row;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row's proposals and confidences are the same to the last bit, whatever shares its batch. */
class RowIndependenceTest {

  private static final int VOCABULARY = 1009;
  private static final int MASK = 2;
  private static OpenedCheckpoint opened;

  @BeforeAll
  static void open(@TempDir Path folder) {
    Path checkpoint = TestCheckpoint.of(VOCABULARY, 64).write(folder);
    opened = Checkpoints.open(checkpoint, "test", ForwardPassOptions.defaults().withThreads(2));
  }

  @AfterAll
  static void close() {
    opened.forwardPass().close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 33, 64, 100, 127, 200})
  void shouldGiveTheSameBitsWhenPaddedDifferently(int tokens) {
    List<Row> alone = List.of(row(tokens, new Draw(0.8f, 1, 0, true, uniforms(tokens))));
    Outcome unpadded = run(tokens, 0, alone).get(0);
    for (int length : new int[] {tokens + 1, 2 * tokens, 208, 224, 256}) {
      if (length > tokens && length <= 256) {
        assertThat(run(length, MASK, alone).get(0)).as("to %d", length).isEqualTo(unpadded);
      }
    }
  }

  @Test
  void shouldGiveTheSameBitsWhenTheRowChangesItsSlotAndNeighbours() {
    List<Row> rows = mixedRows();
    List<Outcome> together = run(128, 0, rows);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(run(128, 0, List.of(rows.get(i)))).containsExactly(together.get(i));
    }
    List<Row> rotated = new ArrayList<>(rows.subList(3, rows.size()));
    rotated.addAll(rows.subList(0, 3));
    List<Outcome> outcomes = run(128, 0, rotated);
    assertThat(outcomes.get(0)).isEqualTo(together.get(3));
    assertThat(outcomes.get(rows.size() - 3)).isEqualTo(together.get(0));
  }

  @Test
  void shouldGiveTheSameBitsWhenNeighboursFilterOrAreGreedy() {
    Row plain = row(90, new Draw(1.3f, 1, 0, true, uniforms(90)));
    Outcome alone = run(128, 0, List.of(plain)).get(0);
    Row filtered = row(60, new Draw(0.7f, 0.8f, 20, true, uniforms(60)));
    Row greedy = row(60, Draw.GREEDY);
    assertThat(run(128, 0, List.of(filtered, plain)).get(1)).isEqualTo(alone);
    assertThat(run(128, 0, List.of(greedy, plain, filtered)).get(1)).isEqualTo(alone);
    Outcome argmax = run(128, 0, List.of(greedy)).get(0);
    assertThat(run(128, 0, List.of(greedy, plain, filtered)).get(0)).isEqualTo(argmax);
  }

  @Test
  void shouldGiveTheSameBitsWhenOneOfManyPositionsIsAskedFor() {
    Row all = row(100, new Draw(1f, 0.9f, 0, true, 0.6f));
    Outcome every = run(100, 0, List.of(all)).get(0);
    for (int position : new int[] {0, 1, 50, 99}) {
      Row one = new Row(all.tokens(), new int[] {position}, all.draw());
      Outcome single = run(100, 0, List.of(one)).get(0);
      assertThat(single.proposals()[0]).isEqualTo(every.proposals()[position]);
      assertThat(single.confidences()[0]).isEqualTo(every.confidences()[position]);
    }
  }

  private static List<Row> mixedRows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      int tokens = 20 + 12 * i;
      Draw draw =
          switch (i % 3) {
            case 0 -> Draw.GREEDY;
            case 1 -> new Draw(0.9f, 1, 0, i % 2 == 0, uniforms(tokens));
            default -> new Draw(1.1f, 0.9f, 50, true, uniforms(tokens));
          };
      rows.add(row(tokens, draw));
    }
    return rows;
  }

  private static List<Outcome> run(int length, long padding, List<Row> rows) {
    StepBatch batch = Steps.batch(length, padding, rows);
    opened.forwardPass().run(batch);
    return IntStream.range(0, rows.size()).mapToObj(i -> Steps.outcome(batch, rows, i)).toList();
  }

  /** A row of random tokens and masks, to be sampled at every position. */
  private static Row row(int tokens, Draw draw) {
    SplittableRandom random = new SplittableRandom(tokens);
    long[] ids =
        IntStream.range(0, tokens)
            .mapToLong(i -> random.nextInt(2) == 0 ? MASK : random.nextInt(3, VOCABULARY - 1))
            .toArray();
    return new Row(ids, IntStream.range(0, tokens).toArray(), draw);
  }

  private static float[] uniforms(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] u = new float[count];
    for (int i = 0; i < count; i++) {
      u[i] = random.nextInt(1 << 24) * 0x1p-24f;
    }
    return u;
  }
}
