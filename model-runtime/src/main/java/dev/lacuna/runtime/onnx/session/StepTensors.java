package dev.lacuna.runtime.onnx.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.sampling.Certainty;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * The host side of a step's inputs and outputs: direct buffers that live as long as the forward
 * pass and that the runtime reads and writes in place.
 *
 * <p>The number of positions changes with every step. It is rounded up to one of a bounded number
 * of sizes by repeating the last position, so that the tensors over the buffers can be kept too.
 *
 * <p>Threading: owned by the forward pass, which guards it with its lock.
 */
final class StepTensors implements AutoCloseable {

  /** At and below this temperature a softmax is one-hot for any logits worth telling apart. */
  private static final float LOWEST_TEMPERATURE = 1e-6f;

  /** A proposal that is none: beyond what an int holds, it must not become an id by losing bits. */
  private static final int NO_TOKEN = -1;

  private final ModelFacts facts;
  private final int cells;
  private final int maxRows;
  private final int most;
  private final BoundTensors bound;
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
  private final LongBuffer proposals;
  private final FloatBuffer confidences;
  private final FloatBuffer certainties;

  /**
   * Buffers for batches or tiles of some size.
   *
   * @param cells canvas positions, padding included
   * @param maxRows rows
   * @param maxPositions positions to sample, and guided ones
   * @param chunkPositions positions of a chunk at most
   */
  StepTensors(
      OrtEnvironment env,
      ModelFacts facts,
      int cells,
      int maxRows,
      int maxPositions,
      int chunkPositions) {
    this.facts = facts;
    this.cells = cells;
    this.maxRows = maxRows;
    most = RoundedCount.of(maxPositions);
    bound = new BoundTensors(env);
    tokens = bound.longs("input_ids", cells, s -> new long[] {s.rows(), s.length()});
    rowLengths = bound.longs("row_lengths", maxRows, s -> new long[] {s.rows()});
    positions = bound.longs("positions", 2 * most, s -> new long[] {s.positions() + s.guided()});
    uniforms = bound.floats("uniform", most, BoundTensors::column);
    inverseTemperatures = bound.floats("inverse_temperature", most, BoundTensors::column);
    topP = bound.floats("top_p", most, BoundTensors::column);
    topK = bound.longs("top_k", most, BoundTensors::column);
    greedy = bound.flags("greedy", most, BoundTensors::vector);
    filtered = bound.flags("filtered", most, BoundTensors::vector);
    endAllowed = bound.flags("end_allowed", most, BoundTensors::column);
    certaintyKinds = bound.longs("certainty", most, BoundTensors::vector);
    certaintyInverseTemperatures =
        bound.floats("certainty_inverse_temperature", most, BoundTensors::column);
    certaintyFiltered = bound.flags("certainty_filtered", most, BoundTensors::vector);
    measured = bound.flags("measured", most, BoundTensors::vector);
    guided = bound.longs("guided", most, s -> new long[] {s.guided()});
    guidanceScales = bound.floats("guidance_scale", most, s -> new long[] {s.guided(), 1});
    bound.longs("chunk", 1, s -> new long[] {1}).put(0, chunkPositions);
    proposals = bound.longOutput("tokens", most, BoundTensors::vector);
    confidences = bound.floatOutput("confidences", most, BoundTensors::vector);
    certainties = bound.floatOutput("certainties", most, BoundTensors::vector);
  }

  int cells() {
    return cells;
  }

  int maxRows() {
    return maxRows;
  }

  int maxPositions() {
    return most;
  }

  /** Whether a part of a batch whose rows have this length fits. */
  boolean hold(StepTile tile, int length) {
    return tile.rows() * length <= cells
        && tile.rows() <= maxRows
        && Math.max(tile.positions(), tile.guided()) <= most;
  }

  /**
   * Copies a part of a batch in.
   *
   * @return tensors over what was copied and for what the runtime shall write, valid until the next
   *     call
   */
  BoundTensors.Run fill(StepBatch batch, StepTile tile) throws OrtException {
    int firstCell = tile.firstRow() * batch.length;
    tokens.put(0, batch.tokens, firstCell, tile.rows() * batch.length);
    for (int row = 0; row < tile.rows(); row++) {
      rowLengths.put(row, batch.rowLengths[tile.firstRow() + row]);
    }
    int count = RoundedCount.of(tile.positions());
    for (int i = 0; i < count; i++) {
      int from = tile.first() + Math.min(i, tile.positions() - 1);
      positions.put(i, logitsRow(batch, batch.flatPositions[from], firstCell));
      fillPosition(batch, from, i);
    }
    int twins = RoundedCount.of(tile.guided());
    for (int i = 0; i < twins; i++) {
      int from = tile.firstGuided() + Math.min(i, tile.guided() - 1);
      guided.put(i, batch.guidedIndices[from] - tile.first());
      guidanceScales.put(i, batch.guidanceScales[from]);
      positions.put(count + i, logitsRow(batch, batch.guidedFlatPositions[from], firstCell));
    }
    return bound.of(new BoundTensors.Shape(tile.rows(), batch.length, count, twins));
  }

  private long logitsRow(StepBatch batch, long flatPosition, int firstCell) {
    return facts.logitsRow(flatPosition, batch.length) - firstCell;
  }

  private void fillPosition(StepBatch batch, int from, int i) {
    float temperature = batch.temperatures[from];
    boolean isGreedy = temperature <= 0;
    uniforms.put(i, batch.uniforms[from]);
    inverseTemperatures.put(i, 1 / Math.max(temperature, LOWEST_TEMPERATURE));
    boolean limitsMass = batch.topP[from] < 1;
    boolean limitsCount = batch.topK[from] > 0 && batch.topK[from] < facts.vocabulary();
    topP.put(i, limitsMass ? batch.topP[from] : 2);
    topK.put(i, limitsCount ? batch.topK[from] : facts.vocabulary());
    greedy.put(i, flag(isGreedy));
    filtered.put(i, flag(!isGreedy && (limitsMass || limitsCount)));
    endAllowed.put(i, flag(batch.endAllowed[from]));
    fillCertainty(batch, from, i, limitsMass || limitsCount);
  }

  /**
   * Where certainty is measured after temperature and filters; greedy positions filter as if at
   * temperature 1. A position that asks for the plain probability, or whose filters are off, needs
   * no measuring.
   */
  private void fillCertainty(StepBatch batch, int from, int i, boolean filters) {
    boolean afterFilters = batch.certaintyFiltered[from];
    float own = batch.temperatures[from];
    float temperature = afterFilters && own > 0 ? own : 1;
    boolean changed = temperature != 1 || (afterFilters && filters);
    certaintyKinds.put(i, batch.certaintyKinds[from].code());
    certaintyInverseTemperatures.put(i, 1 / Math.max(temperature, LOWEST_TEMPERATURE));
    certaintyFiltered.put(i, flag(afterFilters && filters));
    measured.put(i, flag(changed || batch.certaintyKinds[from] != Certainty.PROBABILITY));
  }

  /** Copies the outputs to the batch, whatever they are: who reads them looks at them. */
  void drain(StepBatch batch, StepTile tile) {
    for (int i = 0; i < tile.positions(); i++) {
      int to = tile.first() + i;
      long token = proposals.get(i);
      batch.proposals[to] = (int) token == token ? (int) token : NO_TOKEN;
      batch.confidences[to] = confidences.get(i);
      batch.certainties[to] = certainties.get(i);
    }
  }

  private static byte flag(boolean value) {
    return value ? (byte) 1 : 0;
  }

  @Override
  public void close() {
    bound.close();
  }
}
