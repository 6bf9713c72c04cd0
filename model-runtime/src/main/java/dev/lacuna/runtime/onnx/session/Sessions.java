package dev.lacuna.runtime.onnx.session;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.lacuna.runtime.onnx.device.CudaProvider;
import dev.lacuna.runtime.onnx.device.CudaSettings;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import dev.lacuna.runtime.onnx.device.PlacementCheck;
import dev.lacuna.runtime.onnx.graph.HalfProducts;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import dev.lacuna.runtime.onnx.weights.WeightSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens ONNX Runtime's sessions: their device, their threads and their options. */
public final class Sessions {

  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  /** Where the files lie that a model loaded from memory names. */
  private static final String EXTERNAL_FOLDER =
      "session.model_external_initializers_file_folder_path";

  /** Reasons for not using CUDA that are known by now. */
  private static final Set<String> warned = ConcurrentHashMap.newKeySet();

  private Sessions() {}

  /**
   * An open session and the device that it ended up on.
   *
   * @param session to be closed by whoever opened it
   * @param device {@code cpu}, {@code cuda:0}, …
   * @param placement says where the nodes ran, on a GPU
   */
  public record Open(OrtSession session, String device, Optional<PlacementCheck> placement) {

    /** To be called after each run. */
    void ran() {
      placement.ifPresent(check -> check.ran(session));
    }
  }

  /** Opens a session that is given its weights. */
  public static Open open(ModelGraph graph, WeightSource weights, ForwardPassOptions options) {
    return openOn(
        options,
        graph.onnx(),
        (env, settings, onnx) ->
            withWeights(env, settings, new ModelGraph(onnx, graph.weights()), weights));
  }

  /** Opens a session whose weights lie in files of a folder. */
  public static Open open(byte[] onnx, Path folder, ForwardPassOptions options) {
    return openOn(
        options,
        onnx,
        (env, settings, graph) -> {
          settings.addConfigEntry(EXTERNAL_FOLDER, folder.toAbsolutePath().toString());
          return env.createSession(graph, settings);
        });
  }

  /** Gives a session its graph and weights. */
  private interface Loading {
    OrtSession load(OrtEnvironment env, OrtSession.SessionOptions settings, byte[] onnx)
        throws OrtException;
  }

  private static Open openOn(ForwardPassOptions options, byte[] onnx, Loading loading) {
    if (!(options.device() instanceof DeviceChoice.Auto)) {
      return openOn(options, options.device(), onnx, loading);
    }
    if (!CudaProvider.isCompiledIn()) {
      // The CPU build: nothing to fall back from, so nothing to warn of.
      return openOn(options, new DeviceChoice.Cpu(), onnx, loading);
    }
    try {
      return openOn(options, new DeviceChoice.Cuda(0), onnx, loading);
    } catch (ForwardPassException e) {
      if (warned.add(String.valueOf(e.getMessage()))) { // Once, however many models there are.
        log.warn("CUDA cannot be used, the CPU takes its place reason={}", e.getMessage());
      }
      return openOn(options, new DeviceChoice.Cpu(), onnx, loading);
    }
  }

  private static Open openOn(
      ForwardPassOptions options, DeviceChoice device, byte[] onnx, Loading loading) {
    OrtEnvironment env = RuntimeEnvironment.get();
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      settings.setIntraOpNumThreads(options.threads());
      // It would keep a plan of memory for each number of positions, which changes with every step,
      // and never let go of one; steps are no slower without (47.1 and 46.9 ms of a tile).
      settings.setMemoryPatternOptimization(false);
      // Waiting threads sleep, so that the cores are Kafka's between two operators.
      settings.addConfigEntry("session.intra_op.allow_spinning", "0");
      return device instanceof DeviceChoice.Cuda cuda
          ? openOnCuda(env, settings, cuda.index(), options.cuda(), onnx, loading)
          : new Open(loading.load(env, settings, onnx), "cpu", Optional.empty());
    } catch (OrtException e) {
      throw new ForwardPassException(
          "ONNX Runtime can't load the model's graph: " + e.getMessage(), e);
    }
  }

  private static Open openOnCuda(
      OrtEnvironment env,
      OrtSession.SessionOptions settings,
      int index,
      CudaSettings cuda,
      byte[] onnx,
      Loading loading)
      throws OrtException {
    CudaProvider.add(settings, index, cuda);
    ModelProto model = HalfProducts.of(parsed(onnx));
    PlacementCheck placement = PlacementCheck.start(model, settings, cuda);
    OrtSession session = loading.load(env, settings, model.toByteArray());
    return new Open(session, "cuda:" + index, Optional.of(placement));
  }

  private static ModelProto parsed(byte[] onnx) {
    try {
      return ModelProto.parseFrom(onnx);
    } catch (InvalidProtocolBufferException e) {
      throw new ForwardPassException("the model's graph is damaged: " + e.getMessage(), e);
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
}
