package dev.lacuna.runtime.onnx.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.checkpoint.TestCheckpoint;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.onnx.Steps.Draw;
import dev.lacuna.runtime.onnx.Steps.Outcome;
import dev.lacuna.runtime.onnx.Steps.Row;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.StepSizes;
import dev.lacuna.runtime.sampling.Certainty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row's draws and every kind of certainty are the same to the last bit, alone and among others,
 * in every slot and chunk, for vocabularies of which most are no multiple of 4.
 */
class CertaintyRowsTest {

  private static final int LENGTH = 40;
  private static final int MASK = 2;
  private static final float[] TEMPERATURES = {0, 0.3f, 0.8f, 1, 1.7f};
  private static final Certainty[] KINDS = Certainty.values();

  /** Chunks that end within rows, of an odd number of positions. */
  private static final StepSizes SMALL = new StepSizes(1, 7);

  @ParameterizedTest
  @ValueSource(ints = {57, 1009, 1010, 1012, 4099, 50_257})
  void shouldGiveTheSameBitsAloneAndAmongOthersWhateverIsMeasured(
      int vocabulary, @TempDir Path folder) {
    Path checkpoint = TestCheckpoint.of(vocabulary, 40).write(folder);
    List<Row> rows = rows(vocabulary);
    List<Row> turned = new ArrayList<>(rows.subList(4, rows.size()));
    turned.addAll(rows.subList(0, 4));
    List<List<Row>> batches = new ArrayList<>(List.of(rows, turned));
    rows.forEach(row -> batches.add(List.of(row)));
    List<List<Outcome>> whole = run(checkpoint, StepSizes.WHOLE, batches);
    List<Outcome> together = whole.get(0);
    List<List<Outcome>> chunked = run(checkpoint, SMALL, batches);
    assertThat(chunked.get(0)).as("in chunks").isEqualTo(together);
    for (List<List<Outcome>> outcomes : List.of(whole, chunked)) {
      for (int i = 0; i < rows.size(); i++) {
        assertThat(outcomes.get(1).get((i + rows.size() - 4) % rows.size()))
            .as("row %d turned", i)
            .isEqualTo(together.get(i));
        assertThat(outcomes.get(2 + i)).as("row %d alone", i).containsExactly(together.get(i));
      }
    }
  }

  private static List<List<Outcome>> run(
      Path checkpoint, StepSizes sizes, List<List<Row>> batches) {
    ForwardPassOptions options = ForwardPassOptions.defaults().withThreads(2).withSizes(sizes);
    OpenedCheckpoint opened = Checkpoints.open(checkpoint, "test", options);
    try {
      List<List<Outcome>> outcomes = new ArrayList<>();
      for (List<Row> rows : batches) {
        StepBatch batch = batch(rows);
        opened.forwardPass().run(batch);
        outcomes.add(
            IntStream.range(0, rows.size()).mapToObj(i -> Steps.outcome(batch, rows, i)).toList());
      }
      return outcomes;
    } finally {
      opened.forwardPass().close();
    }
  }

  /** A position's certainty goes by its place in the row, in another order for every row. */
  private static StepBatch batch(List<Row> rows) {
    StepBatch batch = Steps.batch(LENGTH, 0, rows);
    for (int i = 0; i < batch.positions; i++) {
      int place = (int) (batch.flatPositions[i] % LENGTH);
      batch.certaintyKinds[i] = KINDS[place % KINDS.length];
      batch.certaintyFiltered[i] = place % 2 == 0;
    }
    return batch;
  }

  /** Rows of every temperature with and without filters. */
  private static List<Row> rows(int vocabulary) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2 * TEMPERATURES.length; i++) {
      SplittableRandom random = new SplittableRandom(i);
      int tokens = 22 + i;
      long[] ids =
          IntStream.range(0, tokens)
              .mapToLong(p -> p % 3 == 0 ? random.nextInt(3, vocabulary - 1) : MASK)
              .toArray();
      float[] uniforms = new float[tokens];
      for (int u = 0; u < tokens; u++) {
        uniforms[u] = random.nextInt(1 << 24) * 0x1p-24f;
      }
      float temperature = TEMPERATURES[i % TEMPERATURES.length];
      boolean filters = i < TEMPERATURES.length;
      Draw draw =
          new Draw(temperature, filters ? 0.9f : 1, filters ? 5 + 20 * i : 0, i % 2 == 0, uniforms);
      rows.add(new Row(ids, IntStream.range(0, tokens).toArray(), draw));
    }
    return rows;
  }
}
