package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.checkpoint.NumberFormat;
import java.util.Optional;

/**
 * How a model is run.
 *
 * @param threads threads that share one operator's work; at least 1
 * @param device where it runs
 * @param sizes how much runs at a time
 * @param dtype numbers of the matrices; if absent those that a model was imported in, and fp32 for
 *     a checkpoint
 */
public record ForwardPassOptions(
    int threads, DeviceChoice device, StepSizes sizes, Optional<NumberFormat> dtype) {

  public ForwardPassOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", expected at least 1");
    }
  }

  /** As much at a time as was measured to be best, in the model's own numbers. */
  public ForwardPassOptions(int threads, DeviceChoice device) {
    this(threads, device, StepSizes.MEASURED, Optional.empty());
  }

  /** Every processor, on the CPU. */
  public static ForwardPassOptions defaults() {
    return new ForwardPassOptions(
        Runtime.getRuntime().availableProcessors(), new DeviceChoice.Cpu());
  }

  /** These options with another number of threads. */
  public ForwardPassOptions withThreads(int count) {
    return new ForwardPassOptions(count, device, sizes, dtype);
  }

  /** These options with another device. */
  public ForwardPassOptions withDevice(DeviceChoice choice) {
    return new ForwardPassOptions(threads, choice, sizes, dtype);
  }

  /** These options with other sizes. */
  public ForwardPassOptions withSizes(StepSizes other) {
    return new ForwardPassOptions(threads, device, other, dtype);
  }

  /** These options with other numbers. */
  public ForwardPassOptions withDtype(Optional<NumberFormat> format) {
    return new ForwardPassOptions(threads, device, sizes, format);
  }
}
