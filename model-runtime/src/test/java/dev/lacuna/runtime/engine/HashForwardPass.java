package dev.lacuna.runtime.engine;

import static dev.lacuna.runtime.TestFacts.END;
import static dev.lacuna.runtime.TestFacts.MASK;
import static dev.lacuna.runtime.TestFacts.PAD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Proposes a hash of all that a real model's proposal may depend on: the row's own tokens, the
 * position, and the settings there. A row that saw anything of another would show it. Checks every
 * batch it gets.
 */
class HashForwardPass implements ForwardPass {

  /** What a forward pass was given. */
  record Call(int rows, int length, int positions, List<long[]> canvases) {}

  final List<Call> calls = new CopyOnWriteArrayList<>();
  volatile Thread closedBy;
  private final int tokens;

  HashForwardPass(int tokens) {
    this.tokens = tokens;
  }

  @Override
  public void run(StepBatch batch) {
    calls.add(new Call(batch.rows, batch.length, batch.positions, canvases(batch)));
    assertThat(batch.positions).isPositive();
    long before = -1;
    for (int i = 0; i < batch.positions; i++) {
      assertThat(batch.flatPositions[i]).isGreaterThan(before);
      before = batch.flatPositions[i];
      assertThat(batch.tokens[(int) before]).isEqualTo(MASK);
      propose(batch, i);
    }
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

  private void propose(StepBatch batch, int i) {
    int row = (int) (batch.flatPositions[i] / batch.length);
    long position = batch.flatPositions[i] % batch.length;
    long hash = 17;
    for (int p = 0; p < batch.rowLengths[row]; p++) {
      hash = mix(hash ^ batch.tokens[row * batch.length + p]);
    }
    hash = mix(hash ^ position);
    hash = mix(hash ^ Float.floatToIntBits(batch.uniforms[i]));
    hash = mix(hash ^ Float.floatToIntBits(batch.temperatures[i]));
    hash = mix(hash ^ Float.floatToIntBits(batch.topP[i]));
    hash = mix(hash ^ batch.topK[i]);
    boolean end = batch.endAllowed[i] && (hash & 7) == 0;
    batch.proposals[i] = end ? END : 3 + (int) Math.floorMod(hash >> 3, (long) tokens - 3);
    // Few distinct values, so that ties occur.
    batch.confidences[i] = ((hash >>> 40) & 63) / 64f;
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
