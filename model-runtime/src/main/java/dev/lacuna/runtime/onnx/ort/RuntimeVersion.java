package dev.lacuna.runtime.onnx.ort;

/** Version of the runtime, for those who must not name its types. */
public final class RuntimeVersion {

  private RuntimeVersion() {}

  /** Version of ONNX Runtime, such as {@code 1.29.0}. */
  public static String onnxRuntime() {
    return RuntimeEnvironment.get().getVersion();
  }
}
