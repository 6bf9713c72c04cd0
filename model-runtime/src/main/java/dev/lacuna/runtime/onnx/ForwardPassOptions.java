package dev.lacuna.runtime.onnx;

import java.util.Optional;

/**
 * How a model is run.
 *
 * @param threads threads that share one operator's work; at least 1
 * @param device where it runs
 * @param sizes how much of a step runs at a time; empty for what was found to be good on the device
 */
public record ForwardPassOptions(int threads, DeviceChoice device, Optional<StepSizes> sizes) {

  public ForwardPassOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", expected at least 1");
    }
  }

  /** Threads on a device. */
  public ForwardPassOptions(int threads, DeviceChoice device) {
    this(threads, device, Optional.empty());
  }

  /** Every processor, on the CPU. */
  public static ForwardPassOptions defaults() {
    return new ForwardPassOptions(
        Runtime.getRuntime().availableProcessors(), new DeviceChoice.Cpu());
  }

  /** These options with another number of threads. */
  public ForwardPassOptions withThreads(int count) {
    return new ForwardPassOptions(count, device, sizes);
  }

  /** These options with another device. */
  public ForwardPassOptions withDevice(DeviceChoice choice) {
    return new ForwardPassOptions(threads, choice, sizes);
  }

  /** These options with sizes of one's own, for measurements. */
  public ForwardPassOptions withSizes(StepSizes own) {
    return new ForwardPassOptions(threads, device, Optional.of(own));
  }
}
