package dev.lacuna.runtime.onnx.device;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why CUDA can't be used and what helps, from what ONNX Runtime says. Its messages name source
 * files and expressions, and only somewhere in between the library that is missing.
 *
 * @param reason what is wrong
 * @param cure what to do
 */
record CudaFailure(String reason, String cure) {

  private static final Pattern MISSING =
      Pattern.compile("(lib[A-Za-z_]+\\.so(?:\\.[0-9]+)*): cannot open shared object file");
  private static final Pattern SYMBOL = Pattern.compile("undefined symbol: ([A-Za-z0-9_]+)");
  private static final Pattern STATUS = Pattern.compile("CUDA failure ([0-9]+): ([^;]+?) ?;");

  /** CUDA's numbers of its errors, cudaError_t. */
  private static final int MEMORY = 2;

  private static final List<Integer> DRIVER_TOO_OLD = List.of(35, 36);
  private static final int NO_DEVICE = 100;
  private static final int INVALID_DEVICE = 101;

  /** The build has no CUDA provider. */
  static CudaFailure cpuBuild() {
    return new CudaFailure(
        "this is the CPU build of ONNX Runtime",
        "start with LACUNA_GPU=1 ./lacuna …, or build with -Pgpu (docs/GPU.md)");
  }

  /** What a message of ONNX Runtime's means; the message itself if it isn't known. */
  static CudaFailure of(String message) {
    Matcher missing = MISSING.matcher(message);
    if (missing.find()) {
      return missing(missing.group(1));
    }
    Matcher symbol = SYMBOL.matcher(message);
    if (symbol.find()) {
      return new CudaFailure(
          "a library of CUDA is too old, it has no " + symbol.group(1),
          "use the libraries of the GPU distribution (-D"
              + CudaLibraries.FOLDER_PROPERTY
              + "=FOLDER), or CUDA 12.8 or newer");
    }
    Matcher status = STATUS.matcher(message);
    if (status.find()) {
      return status(Integer.parseInt(status.group(1)), status.group(2));
    }
    return new CudaFailure(message.strip(), "use device=cpu, or see docs/GPU.md");
  }

  private static CudaFailure missing(String library) {
    if (library.startsWith("libcuda.so")) {
      return new CudaFailure(
          "NVIDIA's driver is not there: " + library + " can't be found",
          "install the driver, or start the container with the NVIDIA runtime (--gpus all)");
    }
    return new CudaFailure(
        "CUDA's library " + library + " can't be found",
        "use the GPU distribution, which has it, or put CUDA 12 on LD_LIBRARY_PATH");
  }

  private static CudaFailure status(int number, String text) {
    String reason = text + " (CUDA error " + number + ")";
    if (DRIVER_TOO_OLD.contains(number)) {
      return new CudaFailure(
          reason, "update NVIDIA's driver: CUDA 12 needs 525.60.13 or newer on Linux");
    }
    if (number == NO_DEVICE || number == INVALID_DEVICE) {
      return new CudaFailure(
          reason, "see which GPUs nvidia-smi lists; CUDA_VISIBLE_DEVICES may hide them");
    }
    if (number == MEMORY) {
      return new CudaFailure(
          reason, "set gpu.memory.max.bytes, use fewer slots, or end what else uses the GPU");
    }
    return new CudaFailure(reason, "see docs/GPU.md");
  }

  /** One sentence with both. */
  String sentence() {
    return reason + "; " + cure;
  }
}
