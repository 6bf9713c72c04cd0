package dev.lacuna.runtime.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.engine.StepBatch;
import dev.lacuna.runtime.sampling.Certainty;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The host side of a step's inputs and outputs: direct buffers that live as long as the forward
 * pass and that the runtime reads and writes in place.
 *
 * <p>Threading: owned by the forward pass, which guards it with its lock.
 */
final class StepTensors {

  /** At and below this temperature a softmax is one-hot for any logits worth telling apart. */
  private static final float LOWEST_TEMPERATURE = 1e-6f;

  private final ModelFacts facts;
  private final int cells;
  private final int maxRows;
  private final LongBuffer tokens;
  private final LongBuffer rowLengths;
  private final LongBuffer positions;
  private final FloatBuffer uniforms;
  private final FloatBuffer inverseTemperatures;
  private final FloatBuffer topP;
  private final LongBuffer topK;
  private final ByteBuffer greedy;
  private final ByteBuffer filtered;
  private final ByteBuffer endAllowed;
  private final LongBuffer certaintyKinds;
  private final FloatBuffer certaintyInverseTemperatures;
  private final ByteBuffer certaintyFiltered;
  private final ByteBuffer measured;
  private final LongBuffer guided;
  private final FloatBuffer guidanceScales;
  private final LongBuffer chunk;
  private final LongBuffer proposals;
  private final FloatBuffer confidences;
  private final FloatBuffer certainties;

  /**
   * Buffers as large as the batch's arrays.
   *
   * @param chunkPositions positions of a chunk at most
   */
  StepTensors(ModelFacts facts, StepBatch capacity, int chunkPositions) {
    this.facts = facts;
    chunk = longs(1).put(0, chunkPositions);
    cells = capacity.tokens.length;
    maxRows = capacity.rowLengths.length;
    tokens = longs(cells);
    rowLengths = longs(maxRows);
    positions = longs(cells);
    uniforms = floats(cells);
    inverseTemperatures = floats(cells);
    topP = floats(cells);
    topK = longs(cells);
    greedy = bytes(cells);
    filtered = bytes(cells);
    endAllowed = bytes(cells);
    certaintyKinds = longs(cells);
    certaintyInverseTemperatures = floats(cells);
    certaintyFiltered = bytes(cells);
    measured = bytes(cells);
    guided = longs(cells);
    guidanceScales = floats(cells);
    proposals = longs(cells);
    confidences = floats(cells);
    certainties = floats(cells);
  }

  /** Whether a batch fits. */
  boolean holds(StepBatch batch) {
    return batch.tokens.length <= cells && batch.rowLengths.length <= maxRows;
  }

  /** Copies a batch in. */
  void fill(StepBatch batch) {
    tokens.put(0, batch.tokens, 0, batch.rows * batch.length);
    for (int row = 0; row < batch.rows; row++) {
      rowLengths.put(row, batch.rowLengths[row]);
    }
    for (int i = 0; i < batch.positions; i++) {
      fillPosition(batch, i);
    }
    uniforms.put(0, batch.uniforms, 0, batch.positions);
    for (int twin = 0; twin < batch.guided; twin++) {
      guided.put(twin, batch.guidedIndices[twin]);
      positions.put(
          batch.positions + twin, facts.logitsRow(batch.guidedFlatPositions[twin], batch.length));
    }
    guidanceScales.put(0, batch.guidanceScales, 0, batch.guided);
  }

  private void fillPosition(StepBatch batch, int i) {
    positions.put(i, facts.logitsRow(batch.flatPositions[i], batch.length));
    float temperature = batch.temperatures[i];
    boolean isGreedy = temperature <= 0;
    inverseTemperatures.put(i, 1 / Math.max(temperature, LOWEST_TEMPERATURE));
    boolean limitsMass = batch.topP[i] < 1;
    boolean limitsCount = batch.topK[i] > 0 && batch.topK[i] < facts.vocabulary();
    topP.put(i, limitsMass ? batch.topP[i] : 2);
    topK.put(i, limitsCount ? batch.topK[i] : facts.vocabulary());
    greedy.put(i, flag(isGreedy));
    filtered.put(i, flag(!isGreedy && (limitsMass || limitsCount)));
    endAllowed.put(i, flag(batch.endAllowed[i]));
    fillCertainty(batch, i, limitsMass || limitsCount);
  }

  /**
   * Where certainty is measured after temperature and filters; greedy positions filter as if at
   * temperature 1. A position that asks for the plain probability, or whose filters are off, needs
   * no measuring.
   */
  private void fillCertainty(StepBatch batch, int i, boolean filters) {
    boolean afterFilters = batch.certaintyFiltered[i];
    float temperature = afterFilters && batch.temperatures[i] > 0 ? batch.temperatures[i] : 1;
    boolean changed = temperature != 1 || (afterFilters && filters);
    certaintyKinds.put(i, batch.certaintyKinds[i].code());
    certaintyInverseTemperatures.put(i, 1 / Math.max(temperature, LOWEST_TEMPERATURE));
    certaintyFiltered.put(i, flag(afterFilters && filters));
    measured.put(i, flag(changed || batch.certaintyKinds[i] != Certainty.PROBABILITY));
  }

  /** Tensors over the filled part of the inputs; to be closed after the run. */
  Map<String, OnnxTensor> inputs(OrtEnvironment env, StepBatch batch) throws OrtException {
    long n = batch.positions;
    Map<String, OnnxTensor> in = new HashMap<>();
    in.put("input_ids", tensor(env, tokens, batch.rows, batch.length));
    in.put("row_lengths", tensor(env, rowLengths, batch.rows));
    in.put("positions", tensor(env, positions, n + batch.guided));
    in.put("uniform", tensor(env, uniforms, n, 1));
    in.put("inverse_temperature", tensor(env, inverseTemperatures, n, 1));
    in.put("top_p", tensor(env, topP, n, 1));
    in.put("top_k", tensor(env, topK, n, 1));
    in.put("greedy", tensor(env, greedy, n));
    in.put("filtered", tensor(env, filtered, n));
    in.put("end_allowed", tensor(env, endAllowed, n, 1));
    in.put("certainty", tensor(env, certaintyKinds, n));
    in.put("certainty_inverse_temperature", tensor(env, certaintyInverseTemperatures, n, 1));
    in.put("certainty_filtered", tensor(env, certaintyFiltered, n));
    in.put("measured", tensor(env, measured, n));
    in.put("chunk", tensor(env, chunk, 1));
    in.put("guided", tensor(env, guided, batch.guided));
    in.put("guidance_scale", tensor(env, guidanceScales, batch.guided, 1));
    return in;
  }

  /** Tensors for the runtime to write to; to be closed after the run. */
  Map<String, OnnxTensor> outputs(OrtEnvironment env, StepBatch batch) throws OrtException {
    Map<String, OnnxTensor> out = new HashMap<>();
    out.put("tokens", tensor(env, proposals, batch.positions));
    out.put("confidences", tensor(env, confidences, batch.positions));
    out.put("certainties", tensor(env, certainties, batch.positions));
    return out;
  }

  /** Copies the outputs to the batch. */
  void drain(StepBatch batch) {
    for (int i = 0; i < batch.positions; i++) {
      float confidence = confidences.get(i);
      if (!Float.isFinite(confidence)) {
        throw new ForwardPassException(
            "model "
                + facts.name()
                + " gave confidence "
                + confidence
                + " at position "
                + batch.flatPositions[i]
                + " of the batch: its logits aren't finite");
      }
      batch.proposals[i] = (int) proposals.get(i);
      batch.confidences[i] = confidence;
      batch.certainties[i] = certainties.get(i);
    }
  }

  private static OnnxTensor tensor(OrtEnvironment env, LongBuffer data, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(env, data.slice(0, elements(shape)), shape);
  }

  private static OnnxTensor tensor(OrtEnvironment env, FloatBuffer data, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(env, data.slice(0, elements(shape)), shape);
  }

  private static OnnxTensor tensor(OrtEnvironment env, ByteBuffer data, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(env, data.slice(0, elements(shape)), shape, OnnxJavaType.BOOL);
  }

  private static int elements(long... shape) {
    long product = 1;
    for (long dimension : shape) {
      product *= dimension;
    }
    return Math.toIntExact(product);
  }

  private static byte flag(boolean value) {
    return value ? (byte) 1 : 0;
  }

  private static LongBuffer longs(int count) {
    return bytes(Math.multiplyExact(count, Long.BYTES)).asLongBuffer();
  }

  private static FloatBuffer floats(int count) {
    return bytes(Math.multiplyExact(count, Float.BYTES)).asFloatBuffer();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
  }
}
