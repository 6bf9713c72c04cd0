package dev.lacuna.runtime.onnx.session;

import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.device.CudaSettings;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import java.util.Optional;

/**
 * How a model is run.
 *
 * @param threads threads that share one operator's work; at least 1
 * @param device where it runs
 * @param dtype numbers of the matrices; if absent those that a model was imported in, and fp32 for
 *     a checkpoint
 * @param sizes how much of a step runs at a time; absent for what was found to be good on the
 *     device
 * @param cuda how a CUDA device is used
 */
public record ForwardPassOptions(
    int threads,
    DeviceChoice device,
    Optional<NumberFormat> dtype,
    Optional<StepSizes> sizes,
    CudaSettings cuda) {

  public ForwardPassOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", expected at least 1");
    }
  }

  /** Threads on a device; everything else as the model has it, and as was found to be good. */
  public ForwardPassOptions(int threads, DeviceChoice device) {
    this(threads, device, Optional.empty(), Optional.empty(), CudaSettings.DEFAULT);
  }

  /** Every processor, on the CPU. */
  public static ForwardPassOptions defaults() {
    return new ForwardPassOptions(
        Runtime.getRuntime().availableProcessors(), new DeviceChoice.Cpu());
  }

  /** These options with another number of threads. */
  public ForwardPassOptions withThreads(int count) {
    return new ForwardPassOptions(count, device, dtype, sizes, cuda);
  }

  /** These options with another device. */
  public ForwardPassOptions withDevice(DeviceChoice choice) {
    return new ForwardPassOptions(threads, choice, dtype, sizes, cuda);
  }

  /** These options with other numbers. */
  public ForwardPassOptions withDtype(Optional<NumberFormat> format) {
    return new ForwardPassOptions(threads, device, format, sizes, cuda);
  }

  /** These options with sizes of one's own, for measurements. */
  public ForwardPassOptions withSizes(StepSizes own) {
    return new ForwardPassOptions(threads, device, dtype, Optional.of(own), cuda);
  }

  /** These options with another use of CUDA devices. */
  public ForwardPassOptions withCuda(CudaSettings settings) {
    return new ForwardPassOptions(threads, device, dtype, sizes, settings);
  }
}
