package dev.lacuna.runtime.onnx.device;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * ONNX Runtime's CUDA provider: its options, and what it says where it can't be used. Never run on
 * a GPU: the options are those of its documentation.
 */
public final class CudaProvider {

  private CudaProvider() {}

  /** Whether the runtime's build has the provider; says nothing of driver or device. */
  public static boolean isCompiledIn() {
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  /**
   * Adds a device to a session's options.
   *
   * @throws ForwardPassException naming reason and cure if it can't be used
   */
  public static void add(OrtSession.SessionOptions session, int index, CudaSettings settings) {
    if (!isCompiledIn()) {
      throw unusable(index, CudaFailure.cpuBuild(), null);
    }
    CudaLibraries.load();
    try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(index)) {
      for (Map.Entry<String, String> option : options(settings).entrySet()) {
        provider.add(option.getKey(), option.getValue());
      }
      session.addCUDA(provider);
    } catch (OrtException e) {
      throw unusable(index, CudaFailure.of(String.valueOf(e.getMessage())), e);
    }
  }

  /** The provider's options by its own names. */
  static Map<String, String> options(CudaSettings settings) {
    Map<String, String> options = new LinkedHashMap<>();
    // TensorFloat-32 rounds the factors of fp32 products to 11 bits.
    options.put("use_tf32", "0");
    // Doubling, the default, takes twice what the largest batch needs.
    options.put("arena_extend_strategy", "kSameAsRequested");
    if (settings.memoryMaxBytes() > 0) {
      options.put("gpu_mem_limit", Long.toString(settings.memoryMaxBytes()));
    }
    return options;
  }

  private static ForwardPassException unusable(int index, CudaFailure failure, Exception cause) {
    return new ForwardPassException(
        "device cuda:" + index + " can't be used: " + failure.sentence(), cause);
  }
}
