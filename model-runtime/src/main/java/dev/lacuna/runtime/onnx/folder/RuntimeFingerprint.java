package dev.lacuna.runtime.onnx.folder;

import dev.lacuna.runtime.onnx.device.DeviceKind;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a result depends on besides the request: checkpoint, number format, runtime version, device
 * and the instruction set by which the runtime chooses its kernels.
 *
 * @param revision hash of the checkpoint's files
 * @param format number format of the computation
 * @param runtime version of ONNX Runtime
 * @param device kind of the device ({@link DeviceKind}): {@code cpu}, {@code cuda:NVIDIA-H200}, …
 * @param instructions the processor's instruction set
 */
public record RuntimeFingerprint(
    String revision, String format, String runtime, String device, String instructions) {

  private static final int SHOWN_DIGITS = 16;

  /** Extensions by which ONNX Runtime's matrix kernels differ, x86 and Arm. */
  private static final List<String> EXTENSIONS =
      List.of(
          "avx",
          "avx2",
          "fma",
          "f16c",
          "avx_vnni",
          "avx512f",
          "avx512bw",
          "avx512dq",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "amx_tile",
          "amx_int8",
          "amx_bf16",
          "asimd",
          "asimdhp",
          "asimddp",
          "sve",
          "i8mm",
          "bf16",
          "sme");

  /**
   * Of a model on this machine.
   *
   * @param device {@code cpu} or {@code cuda:N}
   */
  static RuntimeFingerprint of(String revision, String format, String device) {
    return new RuntimeFingerprint(
        revision,
        format,
        RuntimeEnvironment.get().getVersion(),
        DeviceKind.of(device),
        instructions(Path.of("/proc/cpuinfo"), System.getProperty("os.arch")));
  }

  /** One line, as published with every completion. */
  @Override
  public String toString() {
    String shown = revision.substring(0, Math.min(SHOWN_DIGITS, revision.length()));
    return String.join(" ", shown, format, "onnxruntime-" + runtime, device, instructions);
  }

  /** The architecture, and where the system tells them, its extensions. */
  static String instructions(Path cpuInfo, String architecture) {
    try {
      for (String line : Files.readAllLines(cpuInfo)) {
        String key = line.toLowerCase(Locale.ROOT);
        if (key.startsWith("flags") || key.startsWith("features")) {
          return architecture + extensions(line);
        }
      }
    } catch (IOException e) {
      return architecture; // Not Linux: the architecture is all that can be told.
    }
    return architecture;
  }

  private static String extensions(String line) {
    Set<String> present = new TreeSet<>(Arrays.asList(line.trim().split("\\s+")));
    present.retainAll(EXTENSIONS);
    return present.isEmpty() ? "" : "+" + String.join("+", present);
  }
}
