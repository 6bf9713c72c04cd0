package dev.lacuna.it.faults;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.OutOfDeviceMemory;
import dev.lacuna.runtime.engine.api.StepBatch;
import java.nio.file.Path;

/**
 * A device that fails: {@code once} at the next forward pass; {@code lost}, for good, as a GPU that
 * has fallen off its bus; or {@code memory}: batches of more than a guided run's two rows are too
 * large for it.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class FailingDevice implements ForwardPass {
  /** Fewer, and guided runs would rightly be FAILED. */
  private static final int MEMORY_ROWS = 2;

  private final ForwardPass real;
  private final Switch fault;

  FailingDevice(ForwardPass real, Path folder) {
    this.real = real;
    this.fault = new Switch(folder, Switch.DEVICE);
  }

  @Override
  public void run(StepBatch batch) {
    String kind = fault.text().orElse("");
    if (kind.equals("memory") && batch.rows > MEMORY_ROWS) {
      throw new OutOfDeviceMemory("injected: " + batch.rows + " rows are too many", null);
    }
    if (kind.equals("once")) {
      fault.take();
      throw new IllegalStateException("injected: this forward pass fails");
    }
    if (kind.equals("lost")) {
      throw new IllegalStateException("injected: the device is lost");
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
