package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.Steps.Draw;
import dev.lacuna.runtime.onnx.Steps.Outcome;
import dev.lacuna.runtime.onnx.Steps.Row;
import dev.lacuna.runtime.sampling.Certainty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Rows of every kind for one batch: each has another length, other settings, and other needs. */
public final class MixedBatch {

  public static final int LENGTH = 48;

  /** What a row asks for; a guided one has its twin in the row behind it. */
  record Wanted(Draw draw, Certainty certainty, boolean certaintyFiltered, float guidance) {
    Wanted(Draw draw) {
      this(draw, Certainty.PROBABILITY, false, 0);
    }
  }

  public static final List<Wanted> KINDS =
      List.of(
          new Wanted(Draw.GREEDY),
          new Wanted(new Draw(1, 1, 0, false, uniforms(1))),
          new Wanted(new Draw(0, 1, 0, false, 0)),
          new Wanted(new Draw(0.7f, 1, 0, true, uniforms(2))),
          new Wanted(new Draw(1, 0.8f, 9, true, uniforms(3))),
          new Wanted(new Draw(1.2f, 1, 5, false, uniforms(4))),
          new Wanted(new Draw(1, 1, 0, true, uniforms(5)), Certainty.PROBABILITY, false, 1.5f),
          new Wanted(new Draw(0.9f, 0.9f, 0, true, uniforms(6)), Certainty.MARGIN, true, 0),
          new Wanted(new Draw(0, 1, 0, true, 0), Certainty.ENTROPY, false, 0.5f));

  private MixedBatch() {}

  private static float[] uniforms(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] u = new float[LENGTH];
    for (int i = 0; i < u.length; i++) {
      u[i] = random.nextInt(1 << 24) * 0x1p-24f;
    }
    return u;
  }

  /**
   * A batch of some of the kinds.
   *
   * @param mask what stands at positions to sample
   */
  public static StepBatch of(List<Integer> kinds, int mask) {
    List<Row> rows = new ArrayList<>();
    for (int kind : kinds) {
      Row row = row(kind, mask);
      rows.add(row);
      if (KINDS.get(kind).guidance() > 0) {
        long[] masked = row.tokens().clone();
        Arrays.fill(masked, 0, masked.length / 2, mask);
        rows.add(new Row(masked, new int[0], Draw.GREEDY));
      }
    }
    StepBatch batch = Steps.batch(LENGTH, mask, rows);
    int row = 0;
    int at = 0;
    for (int kind : kinds) {
      Wanted wanted = KINDS.get(kind);
      for (; at < batch.positions && batch.flatPositions[at] < (row + 1L) * LENGTH; at++) {
        batch.certaintyKinds[at] = wanted.certainty();
        batch.certaintyFiltered[at] = wanted.certaintyFiltered();
        if (wanted.guidance() > 0) {
          batch.guidedIndices[batch.guided] = at;
          batch.guidedFlatPositions[batch.guided] = batch.flatPositions[at] + LENGTH;
          batch.guidanceScales[batch.guided++] = wanted.guidance();
        }
      }
      row += wanted.guidance() > 0 ? 2 : 1;
    }
    return batch;
  }

  private static Row row(int kind, int mask) {
    SplittableRandom random = new SplittableRandom(100 + kind);
    int tokens = LENGTH - 2 * kind;
    long[] ids = random.longs(tokens, 3, 20).toArray();
    int[] positions = IntStream.range(0, tokens).filter(i -> i % 3 != 1).toArray();
    for (int position : positions) {
      ids[position] = mask;
    }
    return new Row(ids, positions, KINDS.get(kind).draw());
  }

  /** The results of each kind in a batch that was run, in its order. */
  public static List<Outcome> results(StepBatch batch, List<Integer> kinds, int mask) {
    List<Outcome> results = new ArrayList<>();
    int from = 0;
    for (int kind : kinds) {
      int to = from + row(kind, mask).positions().length;
      results.add(
          new Outcome(
              Arrays.copyOfRange(batch.proposals, from, to),
              Arrays.copyOfRange(batch.confidences, from, to),
              Arrays.copyOfRange(batch.certainties, from, to)));
      from = to;
    }
    return results;
  }
}
