package dev.lacuna.runtime.onnx;

/**
 * How a model is run.
 *
 * @param threads threads that share one operator's work; at least 1
 * @param device where it runs
 * @param sizes how much runs at a time
 */
public record ForwardPassOptions(int threads, DeviceChoice device, StepSizes sizes) {

  public ForwardPassOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", expected at least 1");
    }
  }

  /** Threads on a device; as much at a time as was measured to be best there. */
  public ForwardPassOptions(int threads, DeviceChoice device) {
    this(threads, device, StepSizes.MEASURED);
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

  /** These options with other sizes. */
  public ForwardPassOptions withSizes(StepSizes other) {
    return new ForwardPassOptions(threads, device, other);
  }
}
