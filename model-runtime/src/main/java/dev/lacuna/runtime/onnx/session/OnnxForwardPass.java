package dev.lacuna.runtime.onnx.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.OutOfDeviceMemory;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import dev.lacuna.runtime.onnx.weights.WeightSource;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A forward and sampling run on ONNX Runtime.
 *
 * <p>Threading: owned by the engine's thread. A lock keeps {@link #close} of any other thread from
 * meeting a run, which would kill the process: it waits for the run's end.
 */
public final class OnnxForwardPass implements ForwardPass {

  private static final Logger log = LoggerFactory.getLogger(OnnxForwardPass.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final OrtEnvironment environment = RuntimeEnvironment.get();
  private final ModelFacts facts;
  private final Sessions.Open session;
  private final StepSizes sizes;
  private final DeviceMemory memory;
  private StepTensors tensors;
  private boolean closed;
  private long sessionNanos;

  /**
   * Loads a graph.
   *
   * @param weights data of each weight of the graph
   * @throws ForwardPassException if the runtime refuses the graph or the device
   */
  public OnnxForwardPass(
      ModelGraph graph, WeightSource weights, ModelFacts facts, ForwardPassOptions options) {
    this.facts = facts;
    this.session = Sessions.open(graph, weights, options);
    this.sizes = sizes(options);
    this.memory = new DeviceMemory(session.session(), session.device());
  }

  /**
   * Loads a graph whose weights lie in files beside it, which the runtime maps.
   *
   * @param onnx serialized model; its external data are names of files in the folder
   * @throws ForwardPassException if the runtime refuses the graph or the device
   */
  public OnnxForwardPass(byte[] onnx, Path folder, ModelFacts facts, ForwardPassOptions options) {
    this.facts = facts;
    this.session = Sessions.open(onnx, folder, options);
    this.sizes = sizes(options);
    this.memory = new DeviceMemory(session.session(), session.device());
  }

  private StepSizes sizes(ForwardPassOptions options) {
    return options.sizes().orElseGet(() -> StepSizes.found(facts.vocabulary(), session.device()));
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
    for (StepTile tile : StepTile.of(batch, sizes.tilePositions())) {
      if (tensors == null || !tensors.hold(tile, batch.length)) {
        grow(tile, batch.length);
      }
      try {
        BoundTensors.Run bound = tensors.fill(batch, tile);
        long begun = System.nanoTime();
        memory.run(bound);
        sessionNanos += System.nanoTime() - begun;
      } catch (OrtException e) {
        throw failed(batch, tile, e);
      }
      tensors.drain(batch, tile);
    }
    session.ran();
  }

  /**
   * To powers of two, and never smaller in any direction, so that it happens a few times at most:
   * batches of many short rows and of few long ones take turns.
   */
  private void grow(StepTile tile, int length) {
    int cells = toPowerOfTwo(Math.multiplyExact(tile.rows(), length));
    int rows = toPowerOfTwo(tile.rows());
    int positions = toPowerOfTwo(Math.max(tile.positions(), tile.guided()));
    if (tensors != null) {
      cells = Math.max(cells, tensors.cells());
      rows = Math.max(rows, tensors.maxRows());
      positions = Math.max(positions, tensors.maxPositions());
      tensors.close();
      tensors = null; // else what follows might fail, and the next step use what is closed
    }
    try {
      tensors = new StepTensors(environment, facts, cells, rows, positions, sizes.chunkPositions());
    } catch (OutOfMemoryError e) {
      // Of direct buffers, which are bounded by -XX:MaxDirectMemorySize: the JVM itself is well.
      throw new OutOfDeviceMemory(
          "no memory for the inputs of " + rows + " rows, " + cells + " cells: " + e.getMessage(),
          e);
    }
  }

  private static int toPowerOfTwo(int count) {
    return Math.max(count, Integer.highestOneBit(2 * count - 1));
  }

  private RuntimeException failed(StepBatch batch, StepTile tile, OrtException e) {
    String message =
        "model "
            + facts.name()
            + " failed on "
            + session.device()
            + " with "
            + tile.rows()
            + " rows of "
            + batch.length
            + " tokens, "
            + tile.positions()
            + " positions: "
            + e.getMessage();
    return DeviceMemory.ranOut(e)
        ? new OutOfDeviceMemory(message, e)
        : new ForwardPassException(message, e);
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

  /**
   * Nanoseconds that the runtime has had for all steps so far; the rest of a step's time is ours.
   */
  public long sessionNanos() {
    return sessionNanos;
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
        if (tensors != null) {
          tensors.close();
        }
        session.session().close();
      }
    } catch (OrtException e) {
      log.warn("closing the model failed model={}", facts.name(), e);
    } finally {
      lock.unlock();
    }
  }
}
