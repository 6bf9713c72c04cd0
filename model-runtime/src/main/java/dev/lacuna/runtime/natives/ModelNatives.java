package dev.lacuna.runtime.natives;

import java.nio.file.Path;
import java.util.List;

/** Libraries of the model runtime: tells their loaders where they lie. */
public final class ModelNatives {

  private ModelNatives() {}

  /**
   * ONNX Runtime's, unless somebody has named a folder, as the launcher does for the GPU build.
   *
   * @throws NativesException if there is no folder that can be used
   */
  public static void prepareOnnxRuntime() {
    if (System.getProperty("onnxruntime.native.path") != null) {
      return;
    }
    String folder =
        "ai/onnxruntime/native/" + Natives.system() + (Natives.x64() ? "-x64/" : "-aarch64/");
    Natives.unpacked(
            "onnxruntime",
            List.of(
                folder + System.mapLibraryName("onnxruntime"),
                folder + System.mapLibraryName("onnxruntime4j_jni")))
        .ifPresent(path -> System.setProperty("onnxruntime.native.path", path.toString()));
  }

  /**
   * The tokenizers', and JNA's, with which DJL looks for a GPU.
   *
   * @throws NativesException if there is no folder that can be used
   */
  public static void prepareTokenizers() {
    // DJL reports its use to a server and looks for downloads unless both are set.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    String library = System.mapLibraryName("tokenizers");
    String folder =
        "native/lib/" + Natives.system() + (Natives.x64() ? "-x86_64/cpu/" : "-aarch64/cpu/");
    if (System.getenv("RUST_LIBRARY_PATH") == null) {
      Natives.unpacked("tokenizers", List.of(folder + library))
          .map(path -> path.resolve(library))
          .ifPresent(path -> set("RUST_LIBRARY_PATH", path));
    }
    String jna = Natives.system().equals("osx") ? "darwin" : Natives.system();
    Natives.unpacked(
            "jna",
            List.of(
                "com/sun/jna/%s-%s/%s"
                    .formatted(
                        jna,
                        Natives.x64() ? "x86-64" : "aarch64",
                        System.mapLibraryName("jnidispatch").replace(".dylib", ".jnilib"))))
        .ifPresent(path -> set("jna.boot.library.path", path));
  }

  private static void set(String property, Path path) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, path.toString());
    }
  }
}
