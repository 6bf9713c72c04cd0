package dev.lacuna.runtime.onnx.device;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * NVIDIA's libraries of the GPU distribution: loaded one after the other, before ONNX Runtime loads
 * its CUDA provider. The dynamic linker then finds them by their names among what is loaded, so
 * that neither {@code LD_LIBRARY_PATH} nor an installed toolkit is needed; NVIDIA's driver, {@code
 * libcuda.so.1}, is.
 *
 * <p>Seen with ONNX Runtime 1.29 on a machine without a driver: after loading, the provider lacks
 * {@code libcuda.so.1} and nothing else.
 *
 * <p>Threading: any thread may call it; the libraries are loaded once and stay.
 */
public final class CudaLibraries {

  /**
   * System property with the folder of the libraries; empty or unset: the system's own are used.
   */
  public static final String FOLDER_PROPERTY = "lacuna.cuda.libraries";

  /**
   * What the provider needs, each after what it needs itself. cuDNN, by which ONNX Runtime computes
   * some reductions, is last: it is opened by the provider when it is first needed, and finds the
   * rest of itself beside it.
   */
  public static final List<String> NAMES =
      List.of(
          "libcudart.so.12",
          "libcublasLt.so.12",
          "libcublas.so.12",
          "libcurand.so.10",
          "libcudnn.so.9");

  private CudaLibraries() {}

  /**
   * What came of loading.
   *
   * @param folder where the libraries were looked for; empty if the system's own are to be used
   * @param loaded names of those that were loaded from it
   * @param problems of those that were not, a sentence each
   */
  public record Outcome(Optional<Path> folder, List<String> loaded, List<String> problems) {}

  /** Loads the libraries of the configured folder, if there is one and they aren't loaded yet. */
  public static Outcome load() {
    return Holder.OUTCOME;
  }

  /** The folder that is configured. */
  public static Optional<Path> folder() {
    String folder = System.getProperty(FOLDER_PROPERTY, "");
    return folder.isBlank() ? Optional.empty() : Optional.of(Path.of(folder));
  }

  static Outcome load(Optional<Path> folder) {
    List<String> loaded = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    folder.ifPresent(place -> NAMES.forEach(name -> load(place, name, loaded, problems)));
    return new Outcome(folder, List.copyOf(loaded), List.copyOf(problems));
  }

  private static void load(Path folder, String name, List<String> loaded, List<String> problems) {
    Path file = folder.resolve(name).toAbsolutePath();
    if (!Files.isRegularFile(file)) {
      problems.add(folder + " has no " + name);
      return;
    }
    try {
      System.load(file.toString());
      loaded.add(name);
    } catch (UnsatisfiedLinkError e) {
      problems.add(name + " can't be loaded: " + e.getMessage());
    }
  }

  private static final class Holder {
    static final Outcome OUTCOME = load(folder());
  }
}
