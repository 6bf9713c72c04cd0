package dev.lacuna.benchmarks.measure;

import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.ModelFacts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A batch as the engine would hand it to the forward pass: full rows, some positions of each masked
 * and to be sampled.
 */
public final class StepInput {

  private static final long SEED = 7;

  private StepInput() {}

  /** Positions of a row that a share of it is; at least one. */
  public static int picksOf(int length, double maskedShare) {
    return Math.max(1, (int) Math.round(length * maskedShare));
  }

  /**
   * A batch.
   *
   * @param canvases tokens of each row, all of one length
   * @param picks positions of each row that are masked, at random places
   */
  public static StepBatch batch(
      ModelFacts facts, List<int[]> canvases, int picks, float temperature, float topP, int topK) {
    int length = canvases.get(0).length;
    StepBatch batch = new StepBatch(canvases.size(), length);
    batch.rows = canvases.size();
    batch.length = length;
    Random random = new Random(SEED);
    for (int row = 0; row < batch.rows; row++) {
      batch.rowLengths[row] = length;
      for (int i = 0; i < length; i++) {
        batch.tokens[row * length + i] = canvases.get(row)[i];
      }
      for (int place : places(length, picks, random)) {
        int at = row * length + place;
        if (facts.special().hasMask()) {
          batch.tokens[at] = facts.maskToken();
        }
        int i = batch.positions++;
        batch.flatPositions[i] = at;
        batch.uniforms[i] = random.nextFloat();
        batch.temperatures[i] = temperature;
        batch.topP[i] = topP;
        batch.topK[i] = topK;
      }
    }
    return batch;
  }

  /** Different places of a row, ascending. */
  public static List<Integer> places(int length, int picks, Random random) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      places.add(i);
    }
    Collections.shuffle(places, random);
    return places.subList(0, picks).stream().sorted().toList();
  }
}
