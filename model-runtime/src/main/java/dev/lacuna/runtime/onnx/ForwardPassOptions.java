package dev.lacuna.runtime.onnx;

/**
 * How a model is run.
 *
 * @param threads threads that share one operator's work; at least 1
 * @param device where it runs
 * @param cuda how a CUDA device is used
 */
public record ForwardPassOptions(int threads, DeviceChoice device, CudaSettings cuda) {

  public ForwardPassOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", expected at least 1");
    }
  }

  /** Options with a CUDA device's defaults. */
  public ForwardPassOptions(int threads, DeviceChoice device) {
    this(threads, device, CudaSettings.DEFAULT);
  }

  /** Every processor, on the CPU. */
  public static ForwardPassOptions defaults() {
    return new ForwardPassOptions(
        Runtime.getRuntime().availableProcessors(), new DeviceChoice.Cpu());
  }

  /** These options with another number of threads. */
  public ForwardPassOptions withThreads(int count) {
    return new ForwardPassOptions(count, device, cuda);
  }

  /** These options with another device. */
  public ForwardPassOptions withDevice(DeviceChoice choice) {
    return new ForwardPassOptions(threads, choice, cuda);
  }

  /** These options with another use of CUDA devices. */
  public ForwardPassOptions withCuda(CudaSettings settings) {
    return new ForwardPassOptions(threads, device, settings);
  }
}
