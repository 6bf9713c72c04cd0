package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.RandomModel;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.onnx.Steps.Draw;
import dev.lacuna.runtime.onnx.Steps.Outcome;
import dev.lacuna.runtime.onnx.Steps.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link RowIndependenceTest} shows of LLaMA holds for the other blocks: layer norm, GELU,
 * learned positions, biases, grouped queries; and it holds in int8.
 */
class FamilyRowIndependenceTest {

  static List<Arguments> models() {
    List<Arguments> models = new ArrayList<>();
    for (RandomModel model : RandomModel.values()) {
      models.add(Arguments.of(model, NumberFormat.FP32));
      models.add(Arguments.of(model, NumberFormat.INT8));
    }
    return models;
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveTheSameBitsWhenPaddedDifferently(RandomModel model, NumberFormat format) {
    try (OnnxForwardPass forward = model.sampling(format)) {
      for (int tokens : new int[] {1, 2, 3, 7, 16, 33, 64, 100, 127, 200}) {
        List<Row> alone = List.of(row(tokens));
        Outcome unpadded = run(forward, tokens, 0, alone).get(0);
        for (int length : new int[] {tokens + 1, 208, 224, 256}) {
          Outcome padded = run(forward, length, RandomModel.MASK, alone).get(0);
          assertThat(padded).as("%d tokens padded to %d", tokens, length).isEqualTo(unpadded);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveTheSameBitsWhenTheRowChangesItsSlotAndNeighbours(
      RandomModel model, NumberFormat format) {
    List<Row> rows = IntStream.range(0, 16).mapToObj(i -> row(20 + 7 * i)).toList();
    List<Row> rotated = new ArrayList<>(rows.subList(4, 16));
    rotated.addAll(rows.subList(0, 4));
    try (OnnxForwardPass forward = model.sampling(format)) {
      List<Outcome> together = run(forward, 128, 0, rows);
      List<Outcome> turned = run(forward, 128, 0, rotated);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(run(forward, 128, 0, List.of(rows.get(i)))).containsExactly(together.get(i));
        assertThat(turned.get((i + 12) % 16)).isEqualTo(together.get(i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveTheSameBitsWithOneThreadAndWithTwo(RandomModel model, NumberFormat format) {
    List<Row> rows = IntStream.range(0, 5).mapToObj(i -> row(90 + 9 * i)).toList();
    try (OnnxForwardPass one = model.sampling(format, 1);
        OnnxForwardPass two = model.sampling(format, 2)) {
      assertThat(run(one, 128, 0, rows)).isEqualTo(run(two, 128, 0, rows));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveTheSameBitsWhenOneOfManyPositionsIsAskedFor(
      RandomModel model, NumberFormat format) {
    Row all = row(100);
    try (OnnxForwardPass forward = model.sampling(format)) {
      Outcome every = run(forward, 100, 0, List.of(all)).get(0);
      for (int position : new int[] {0, 1, 50, 99}) {
        Draw draw = new Draw(0.9f, 1, 0, true, all.draw().u()[position]);
        Row one = new Row(all.tokens(), new int[] {position}, draw);
        Outcome single = run(forward, 100, 0, List.of(one)).get(0);
        assertThat(single.proposals()[0]).isEqualTo(every.proposals()[position]);
        assertThat(single.confidences()[0]).isEqualTo(every.confidences()[position]);
      }
    }
  }

  private static List<Outcome> run(
      OnnxForwardPass forward, int length, long padding, List<Row> rows) {
    StepBatch batch = Steps.batch(length, padding, rows);
    forward.run(batch);
    return IntStream.range(0, rows.size()).mapToObj(i -> Steps.outcome(batch, rows, i)).toList();
  }

  /** A row of random tokens and masks, to be sampled at every position. */
  private static Row row(int tokens) {
    SplittableRandom random = new SplittableRandom(tokens);
    long[] ids =
        IntStream.range(0, tokens)
            .mapToLong(i -> random.nextInt(2) == 0 ? RandomModel.MASK : random.nextInt(3, 1008))
            .toArray();
    float[] uniforms = new float[tokens];
    for (int i = 0; i < tokens; i++) {
      uniforms[i] = random.nextInt(1 << 24) * 0x1p-24f;
    }
    return new Row(ids, IntStream.range(0, tokens).toArray(), new Draw(0.9f, 1, 0, true, uniforms));
  }
}
