package dev.lacuna.it.faults;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import java.util.Arrays;

/**
 * A device that ends the process, as a fault in native code would, when a canvas of at least so
 * many tokens is among a forward pass's rows.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class DeadlyCanvas implements ForwardPass {
  /** What the kernel would report of a process that died of SIGSEGV. */
  static final int STATUS = 128 + 11;

  private final ForwardPass real;
  private final int tokens;

  DeadlyCanvas(ForwardPass real, int tokens) {
    this.real = real;
    this.tokens = tokens;
  }

  @Override
  public void run(StepBatch batch) {
    if (Arrays.stream(batch.rowLengths, 0, batch.rows).anyMatch(length -> length >= tokens)) {
      Runtime.getRuntime().halt(STATUS);
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
