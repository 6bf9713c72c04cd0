package dev.lacuna.runtime.onnx.device;

import dev.lacuna.runtime.check.Checked;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which device a model runs on.
 *
 * <p>CUDA needs the {@code onnxruntime_gpu} artifact and has not been measured: neither its speed
 * nor whether a row's result is the same in every batch.
 */
public sealed interface DeviceChoice {

  /** The CPU. */
  record Cpu() implements DeviceChoice {}

  /**
   * A CUDA device.
   *
   * @param index from 0
   */
  record Cuda(int index) implements DeviceChoice {}

  /** The first CUDA device, or the CPU with a warning where CUDA can't be used. */
  record Auto() implements DeviceChoice {}

  /** Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}. */
  static Checked<DeviceChoice> parse(String text) {
    Matcher cuda = Pattern.compile("cuda(?::([0-9]{1,4}))?").matcher(text);
    if (text.equals("auto")) {
      return Checked.valid(new Auto());
    }
    if (text.equals("cpu")) {
      return Checked.valid(new Cpu());
    }
    if (cuda.matches()) {
      return Checked.valid(new Cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1))));
    }
    return Checked.refused(
        "INVALID_CONFIGURATION",
        "device",
        "device is '" + text + "'; use auto, cpu, cuda or cuda:N with N from 0.");
  }
}
