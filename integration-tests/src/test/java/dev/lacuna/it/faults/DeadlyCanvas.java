package dev.lacuna.it.faults;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import java.util.Arrays;

/**
 * A device that ends the process when a canvas of at least so many tokens is among a forward pass's
 * rows: the process alone, as a fault in native code would, or with its whole process group, as the
 * end of a container does.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class DeadlyCanvas implements ForwardPass {
  private final ForwardPass real;
  private final int tokens;
  private final SuddenEnd end;

  DeadlyCanvas(ForwardPass real, int tokens, SuddenEnd end) {
    this.real = real;
    this.tokens = tokens;
    this.end = end;
  }

  @Override
  public void run(StepBatch batch) {
    if (Arrays.stream(batch.rowLengths, 0, batch.rows).anyMatch(length -> length >= tokens)) {
      end.now();
    }
    real.run(batch);
  }

  @Override
  public String device() {
    return real.device();
  }

  @Override
  public void close() {
    real.close();
  }
}
