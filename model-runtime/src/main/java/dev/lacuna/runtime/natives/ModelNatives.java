package dev.lacuna.runtime.natives;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

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
    String runtime = System.mapLibraryName("onnxruntime");
    String binding = System.mapLibraryName("onnxruntime4j_jni");
    Natives.unpacked("onnxruntime", Map.of(runtime, folder + runtime, binding, folder + binding))
        .ifPresent(path -> Natives.setIfUnset("onnxruntime.native.path", path.toString()));
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
    if (System.getenv("RUST_LIBRARY_PATH") == null) {
      tokenizers();
    }
    String jna = System.mapLibraryName("jnidispatch").replace(".dylib", ".jnilib");
    String platform =
        (Natives.system().equals("osx") ? "darwin" : Natives.system())
            + (Natives.x64() ? "-x86-64/" : "-aarch64/");
    Natives.unpacked("jna", Map.of(jna, "com/sun/jna/" + platform + jna))
        .ifPresent(path -> Natives.setIfUnset("jna.boot.library.path", path.toString()));
  }

  private static void tokenizers() {
    String library = System.mapLibraryName("tokenizers");
    String folder =
        "native/lib/" + Natives.system() + (Natives.x64() ? "-x86_64/cpu/" : "-aarch64/cpu/");
    Optional<Path> unpacked = Natives.unpacked("tokenizers", Map.of(library, folder + library));
    if (unpacked.isPresent()) {
      try {
        // DJL loads it again, which does nothing, but would tell of a failure by an Error alone.
        System.load(unpacked.get().resolve(library).toString());
      } catch (UnsatisfiedLinkError e) {
        throw Natives.unloadable("the tokenizers' library", unpacked.get(), e);
      }
      Natives.setIfUnset("RUST_LIBRARY_PATH", unpacked.get().resolve(library).toString());
    }
  }
}
