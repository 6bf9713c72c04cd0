package dev.lacuna.runtime.onnx.device;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import java.util.List;
import java.util.Optional;

/** What the runtime can run on here, for those who must not name its types. */
public final class Devices {

  private Devices() {}

  /** Providers that the runtime's build has, CPU and others; says nothing of what is installed. */
  public static List<String> providers() {
    return OrtEnvironment.getAvailableProviders().stream().map(OrtProvider::name).toList();
  }

  /**
   * Tries a CUDA device, as opening a model on it would.
   *
   * @param index from 0
   * @return why it can't be used and what helps; empty if it can
   */
  public static Optional<String> problem(int index) {
    RuntimeEnvironment.get();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      CudaProvider.add(options, index, CudaSettings.DEFAULT);
      return Optional.empty();
    } catch (ForwardPassException e) {
      return Optional.of(e.getMessage());
    }
  }
}
