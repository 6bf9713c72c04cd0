package dev.lacuna.it.faults;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A device that takes its time: runs of a tiny model last as long as those of a large one, so that
 * faults can hit them.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class PacedDevice implements ForwardPass {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private final ForwardPass real;
  private final long stepMillis;

  PacedDevice(ForwardPass real, long stepMillis) {
    this.real = real;
    this.stepMillis = stepMillis;
  }

  @Override
  public void run(StepBatch batch) {
    long end = System.nanoTime() + stepMillis * NANOS_PER_MILLI;
    real.run(batch);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
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
