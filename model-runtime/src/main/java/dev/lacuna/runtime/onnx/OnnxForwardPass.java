package dev.lacuna.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.engine.ForwardPass;
import dev.lacuna.runtime.engine.StepBatch;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A forward and sampling run on ONNX Runtime; the only file that names its session.
 *
 * <p>Threading: owned by the engine's thread. A lock keeps {@link #close} of any other thread from
 * meeting a run, which would kill the process: it waits for the run's end.
 */
public final class OnnxForwardPass implements ForwardPass {

  private static final Logger log = LoggerFactory.getLogger(OnnxForwardPass.class);

  /** Where the files lie that a model loaded from memory names. */
  private static final String EXTERNAL_FOLDER =
      "session.model_external_initializers_file_folder_path";

  private final ReentrantLock lock = new ReentrantLock();
  private final OrtEnvironment environment = RuntimeEnvironment.get();
  private final ModelFacts facts;
  private final OpenSession session;
  private StepTensors tensors;
  private boolean closed;

  /** An open session and the device that it ended up on. */
  record OpenSession(OrtSession session, String device) {}

  /**
   * Loads a graph.
   *
   * @param weights data of each weight of the graph
   * @throws ForwardPassException if the runtime refuses the graph or the device
   */
  OnnxForwardPass(
      ModelGraph graph, WeightSource weights, ModelFacts facts, ForwardPassOptions options) {
    this.facts = facts;
    this.session = open(graph, weights, options);
  }

  /**
   * Loads a graph whose weights lie in files beside it, which the runtime maps.
   *
   * @param onnx serialized model; its external data are names of files in the folder
   * @throws ForwardPassException if the runtime refuses the graph or the device
   */
  OnnxForwardPass(byte[] onnx, Path folder, ModelFacts facts, ForwardPassOptions options) {
    this.facts = facts;
    this.session = open(onnx, folder, options);
  }

  @Override
  public void run(StepBatch batch) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the forward pass of " + facts.name() + " is closed");
      }
      check(batch);
      if (batch.positions > 0) {
        runOpen(batch);
      }
    } finally {
      lock.unlock();
    }
  }

  private void runOpen(StepBatch batch) {
    if (tensors == null || !tensors.holds(batch)) {
      tensors = new StepTensors(facts, batch);
    }
    tensors.fill(batch);
    Map<String, OnnxTensor> inputs = Map.of();
    Map<String, OnnxTensor> outputs = Map.of();
    try {
      inputs = tensors.inputs(environment, batch);
      outputs = tensors.outputs(environment, batch);
      session.session().run(inputs, Set.of(), outputs).close();
      tensors.drain(batch);
    } catch (OrtException e) {
      throw new ForwardPassException(
          "model "
              + facts.name()
              + " failed on "
              + session.device()
              + " with "
              + batch.rows
              + " rows of "
              + batch.length
              + " tokens, "
              + batch.positions
              + " positions: "
              + e.getMessage(),
          e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
  }

  /** The runtime would take a negative index as one from the end. */
  private void check(StepBatch batch) {
    int cells = Math.multiplyExact(batch.rows, batch.length);
    require(batch.length, facts.canvasLimit() + 1, "length of the batch");
    for (int i = 0; i < cells; i++) {
      require(batch.tokens[i], facts.embeddings(), "token id");
    }
    for (int i = 0; i < batch.positions; i++) {
      require(batch.flatPositions[i], cells, "position");
    }
    for (int i = 0; i < batch.guided; i++) {
      require(batch.guidedFlatPositions[i], cells, "position of guidance");
      require(batch.guidedIndices[i], batch.positions, "guided position");
    }
  }

  private void require(long value, int limit, String what) {
    if (value < 0 || value >= limit) {
      throw new IllegalArgumentException(
          what + " " + value + ", expected 0 to " + (limit - 1) + " for model " + facts.name());
    }
  }

  @Override
  public String device() {
    return session.device();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        session.session().close();
      }
    } catch (OrtException e) {
      log.warn("closing the model failed model={}", facts.name(), e);
    } finally {
      lock.unlock();
    }
  }

  /** Opens a session as every forward pass does. */
  static OpenSession open(ModelGraph graph, WeightSource weights, ForwardPassOptions options) {
    return openOn(options, (env, settings) -> withWeights(env, settings, graph, weights));
  }

  /** Opens a session whose weights lie in files of a folder. */
  static OpenSession open(byte[] onnx, Path folder, ForwardPassOptions options) {
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

  private static OpenSession openOn(ForwardPassOptions options, Loading loading) {
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

  private static OpenSession openOn(int threads, DeviceChoice device, Loading loading) {
    OrtEnvironment env = RuntimeEnvironment.get();
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      settings.setIntraOpNumThreads(threads);
      // Waiting threads sleep, so that the cores are Kafka's between two operators.
      settings.addConfigEntry("session.intra_op.allow_spinning", "0");
      String name = addDevice(settings, device);
      return new OpenSession(loading.load(env, settings), name);
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
