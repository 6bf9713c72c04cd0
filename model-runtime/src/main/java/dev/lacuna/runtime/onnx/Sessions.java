package dev.lacuna.runtime.onnx;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens ONNX Runtime's sessions: their device, their threads and their options. */
final class Sessions {

  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  /** Where the files lie that a model loaded from memory names. */
  private static final String EXTERNAL_FOLDER =
      "session.model_external_initializers_file_folder_path";

  private Sessions() {}

  /**
   * An open session and the device that it ended up on.
   *
   * @param session to be closed by whoever opened it
   * @param device {@code cpu}, {@code cuda:0}, …
   */
  record Open(OrtSession session, String device) {}

  /** Opens a session that is given its weights. */
  static Open open(ModelGraph graph, WeightSource weights, ForwardPassOptions options) {
    return openOn(options, (env, settings) -> withWeights(env, settings, graph, weights));
  }

  /** Opens a session whose weights lie in files of a folder. */
  static Open open(byte[] onnx, Path folder, ForwardPassOptions options) {
    return openOn(
        options,
        (env, settings) -> {
          settings.addConfigEntry(EXTERNAL_FOLDER, folder.toAbsolutePath().toString());
          return env.createSession(onnx, settings);
        });
  }

  /** Gives a session its graph and weights. */
  private interface Loading {
    OrtSession load(OrtEnvironment env, OrtSession.SessionOptions settings) throws OrtException;
  }

  private static Open openOn(ForwardPassOptions options, Loading loading) {
    if (!(options.device() instanceof DeviceChoice.Auto)) {
      return openOn(options.threads(), options.device(), loading);
    }
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      // The CPU build: nothing to fall back from, so nothing to warn of.
      return openOn(options.threads(), new DeviceChoice.Cpu(), loading);
    }
    try {
      return openOn(options.threads(), new DeviceChoice.Cuda(0), loading);
    } catch (ForwardPassException e) {
      log.warn("CUDA can't be used, falling back to the CPU reason={}", e.getMessage());
      return openOn(options.threads(), new DeviceChoice.Cpu(), loading);
    }
  }

  private static Open openOn(int threads, DeviceChoice device, Loading loading) {
    OrtEnvironment env = RuntimeEnvironment.get();
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      settings.setIntraOpNumThreads(threads);
      // It would keep a plan of memory for each number of positions, which changes with every step,
      // and never let go of one; steps are no slower without (47.1 and 46.9 ms of a tile).
      settings.setMemoryPatternOptimization(false);
      // Waiting threads sleep, so that the cores are Kafka's between two operators.
      settings.addConfigEntry("session.intra_op.allow_spinning", "0");
      String name = addDevice(settings, device);
      return new Open(loading.load(env, settings), name);
    } catch (OrtException e) {
      throw new ForwardPassException(
          "ONNX Runtime can't load the model's graph: " + e.getMessage(), e);
    }
  }

  private static OrtSession withWeights(
      OrtEnvironment env,
      OrtSession.SessionOptions settings,
      ModelGraph graph,
      WeightSource weights)
      throws OrtException {
    Map<String, OnnxTensorLike> initializers = new HashMap<>();
    try {
      for (String weight : graph.weights().keySet()) {
        initializers.put(weight, weights.tensor(weight));
      }
      settings.addExternalInitializers(initializers);
      return env.createSession(graph.onnx(), settings);
    } finally {
      initializers.values().forEach(OnnxTensorLike::close);
    }
  }

  private static String addDevice(OrtSession.SessionOptions settings, DeviceChoice device) {
    if (!(device instanceof DeviceChoice.Cuda cuda)) {
      return "cpu";
    }
    try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(cuda.index())) {
      provider.add("use_tf32", "0");
      settings.addCUDA(provider);
      return "cuda:" + cuda.index();
    } catch (OrtException e) {
      throw new ForwardPassException(
          "device cuda:"
              + cuda.index()
              + " can't be used: "
              + e.getMessage()
              + "; use device=cpu, or the GPU build with a CUDA 12 driver",
          e);
    }
  }
}
