package dev.lacuna.runtime.engine;

import static dev.lacuna.runtime.facts.TestFacts.END;
import static dev.lacuna.runtime.facts.TestFacts.MASK;
import static dev.lacuna.runtime.facts.TestFacts.PAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Proposes a hash of all that a real model's proposal may depend on: the row's own tokens, the
 * position, and the settings there. A row that saw anything of another would show it. Checks every
 * batch it gets.
 */
public class HashForwardPass implements ForwardPass {

  /** What a forward pass was given. */
  record Call(int rows, int length, int positions, List<long[]> canvases) {}

  final List<Call> calls = new CopyOnWriteArrayList<>();
  volatile Thread closedBy;
  private final int tokens;
  private final boolean masked;

  public HashForwardPass(int tokens) {
    this(tokens, true);
  }

  /**
   * A forward pass.
   *
   * @param masked whether what it proposes for must be masks
   */
  HashForwardPass(int tokens, boolean masked) {
    this.tokens = tokens;
    this.masked = masked;
  }

  @Override
  public void run(StepBatch batch) {
    calls.add(new Call(batch.rows, batch.length, batch.positions, canvases(batch)));
    assertThat(batch.positions).isPositive();
    long before = -1;
    for (int i = 0; i < batch.positions; i++) {
      assertThat(batch.flatPositions[i]).isGreaterThan(before);
      before = batch.flatPositions[i];
      assertThat(masked || batch.tokens[(int) before] < tokens).isTrue();
      assertThat(!masked || batch.tokens[(int) before] == MASK).isTrue();
      propose(batch, i, twinOf(batch, i));
    }
  }

  /** Index of a position's twin, or -1; checks that the twin is the same place one row on. */
  private static int twinOf(StepBatch batch, int i) {
    for (int twin = 0; twin < batch.guided; twin++) {
      if (batch.guidedIndices[twin] == i) {
        assertThat(batch.guidedFlatPositions[twin])
            .isEqualTo(batch.flatPositions[i] + batch.length);
        return twin;
      }
    }
    return -1;
  }

  private static List<long[]> canvases(StepBatch batch) {
    List<long[]> canvases = new ArrayList<>();
    for (int row = 0; row < batch.rows; row++) {
      long[] canvas = new long[batch.rowLengths[row]];
      for (int i = 0; i < batch.length; i++) {
        long token = batch.tokens[row * batch.length + i];
        if (i < canvas.length) {
          canvas[i] = token;
        } else {
          assertThat(token).isEqualTo(PAD);
        }
      }
      canvases.add(canvas);
    }
    return canvases;
  }

  private void propose(StepBatch batch, int i, int twin) {
    int row = (int) (batch.flatPositions[i] / batch.length);
    long position = batch.flatPositions[i] % batch.length;
    long hash = mix(hashOf(batch, row) ^ position);
    if (twin >= 0) {
      hash = mix(hash ^ hashOf(batch, row + 1));
      hash = mix(hash ^ Float.floatToIntBits(batch.guidanceScales[twin]));
    }
    hash = mix(hash ^ Float.floatToIntBits(batch.uniforms[i]));
    hash = mix(hash ^ Float.floatToIntBits(batch.temperatures[i]));
    hash = mix(hash ^ Float.floatToIntBits(batch.topP[i]));
    hash = mix(hash ^ batch.topK[i]);
    boolean end = batch.endAllowed[i] && (hash & 7) == 0;
    batch.proposals[i] = end ? END : 3 + (int) Math.floorMod(hash >> 3, (long) tokens - 3);
    // Few distinct values, so that ties occur.
    batch.confidences[i] = ((hash >>> 40) & 63) / 64f;
    batch.certainties[i] =
        switch (batch.certaintyKinds[i]) {
          case PROBABILITY -> batch.confidences[i];
          case MARGIN -> batch.confidences[i] / 2;
          case ENTROPY -> -((hash >>> 46) & 63) / 64f;
        };
  }

  private static long hashOf(StepBatch batch, int row) {
    long hash = 17;
    for (int p = 0; p < batch.rowLengths[row]; p++) {
      hash = mix(hash ^ batch.tokens[row * batch.length + p]);
    }
    return hash;
  }

  private static long mix(long z) {
    long h = (z + 0x9e3779b97f4a7c15L) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  @Override
  public String device() {
    return "fake:0";
  }

  @Override
  public void close() {
    assertThat(closedBy).isNull();
    closedBy = Thread.currentThread();
  }
}
