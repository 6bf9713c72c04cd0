package dev.lacuna.runtime.onnx.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.graph.Numbers;
import dev.lacuna.runtime.onnx.head.RawLogitsHead;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import dev.lacuna.runtime.onnx.transformer.TransformerGraph;
import dev.lacuna.runtime.onnx.weights.WeightSource;
import dev.lacuna.runtime.onnx.weights.WeightTensors;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A checkpoint's transformer without a sampling head, for comparisons and evaluation: raw logits,
 * nothing suppressed, before any shift.
 *
 * <p>Threading: used by one thread at a time.
 */
public final class LogitsPass implements AutoCloseable {

  private final OrtEnvironment environment = RuntimeEnvironment.get();
  private final ModelFacts facts;
  private final OrtSession session;

  private LogitsPass(ModelFacts facts, OrtSession session) {
    this.facts = facts;
    this.session = session;
  }

  /**
   * Reads a folder and loads its graph, in fp32 unless the options name other numbers.
   *
   * @param overrides facts that the files lack
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if the files can't be used
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  public static LogitsPass open(Path folder, FactOverrides overrides, ForwardPassOptions options) {
    String name = folder.getFileName() == null ? "model" : folder.getFileName().toString();
    NumberFormat format = options.dtype().orElse(NumberFormat.FP32);
    return of(Checkpoint.read(folder, name, overrides), format, options);
  }

  /**
   * Loads the graph of a checkpoint that was read.
   *
   * @param weights format of the matrices, which are multiplied in fp32, or in int8 those that are
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  public static LogitsPass of(
      Checkpoint checkpoint, NumberFormat weights, ForwardPassOptions options) {
    return of(checkpoint, Numbers.anywhere(weights), options);
  }

  static LogitsPass of(Checkpoint checkpoint, Numbers numbers, ForwardPassOptions options) {
    ModelGraph graph =
        TransformerGraph.placed(
            checkpoint.shape(),
            numbers,
            builder -> new RawLogitsHead(builder, checkpoint.shape().vocabulary()));
    WeightSource weights = new WeightTensors(graph, checkpoint.weights());
    ForwardPassOptions placed = Int8Kernels.placed(numbers.weights().wireName(), options);
    return new LogitsPass(
        checkpoint.facts(),
        Sessions.open(Int8Kernels.fitted(numbers, graph), weights, placed).session());
  }

  /** What the files say of the model; width of the logits: {@link ModelFacts#vocabulary}. */
  public ModelFacts facts() {
    return facts;
  }

  /**
   * Logits of every position of one canvas.
   *
   * @param ids token ids; shape (length)
   * @param attentionMaskOrNull 1 for tokens, 0 for padding, which no position attends to; shape
   *     (length); null for no padding
   * @param positionIdsOrNull place of each position, below the canvas limit; shape (length); null
   *     for 0 to length - 1
   * @return row-major, shape (length, vocabulary); rows of padding are unspecified
   */
  public float[] logits(int[] ids, int[] attentionMaskOrNull, int[] positionIdsOrNull) {
    int length = ids.length;
    long[] mask = new long[length];
    Arrays.fill(mask, 1);
    if (attentionMaskOrNull != null) {
      Arrays.setAll(mask, i -> attentionMaskOrNull[i]);
    }
    long[] places = LongStream.range(0, length).toArray();
    if (positionIdsOrNull != null) {
      Arrays.setAll(places, i -> positionIdsOrNull[i]);
    }
    long[] tokens = Arrays.stream(ids).asLongStream().toArray();
    return run(
        new Canvases(tokens, mask, places, 1, length), LongStream.range(0, length).toArray());
  }

  /**
   * Logits of some positions of a batch of canvases, padded at their ends.
   *
   * @param ids token ids; shape (rows, length)
   * @param rowLengths tokens of each row, at least 1; shape (rows)
   * @param positions {@code row × length + position}, any number in any order
   * @return row-major, shape (positions, vocabulary)
   */
  public float[] run(long[] ids, int rows, int length, int[] rowLengths, long[] positions) {
    long[] mask = new long[ids.length];
    long[] places = new long[ids.length];
    for (int cell = 0; cell < ids.length; cell++) {
      places[cell] = cell % length;
      mask[cell] = cell % length < rowLengths[cell / length] ? 1 : 0;
    }
    return run(new Canvases(ids, mask, places, rows, length), positions);
  }

  /** A batch; every array has shape (rows, length). */
  private record Canvases(long[] ids, long[] mask, long[] places, int rows, int length) {

    OnnxTensor tensor(OrtEnvironment env, long[] values) throws OrtException {
      return OnnxTensor.createTensor(env, LongBuffer.wrap(values), new long[] {rows, length});
    }
  }

  private float[] run(Canvases canvases, long[] positions) {
    check(canvases, positions);
    if (positions.length == 0) {
      return new float[0];
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put("input_ids", canvases.tensor(environment, canvases.ids()));
      inputs.put("attention_mask", canvases.tensor(environment, canvases.mask()));
      inputs.put("position_ids", canvases.tensor(environment, canvases.places()));
      inputs.put("positions", OnnxTensor.createTensor(environment, positions));
      try (OrtSession.Result result = session.run(inputs)) {
        FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] copy = new float[logits.remaining()];
        logits.get(copy);
        return copy;
      }
    } catch (OrtException e) {
      throw new ForwardPassException(
          "model " + facts.name() + " failed to give logits: " + e.getMessage(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** The runtime would take a negative index as one from the end. */
  private void check(Canvases canvases, long[] positions) {
    require(canvases.length() - 1L, facts.canvasLimit(), "last position");
    if (canvases.ids().length != Math.multiplyExact(canvases.rows(), canvases.length())) {
      throw new IllegalArgumentException(
          canvases.ids().length
              + " token ids, expected "
              + canvases.rows()
              + " rows of "
              + canvases.length());
    }
    for (int cell = 0; cell < canvases.ids().length; cell++) {
      require(canvases.ids()[cell], facts.embeddings(), "token id");
      require(canvases.places()[cell], facts.canvasLimit(), "position id");
    }
    for (long position : positions) {
      require(position, canvases.ids().length, "position");
    }
  }

  private void require(long value, int limit, String what) {
    if (value < 0 || value >= limit) {
      throw new IllegalArgumentException(
          what + " " + value + ", expected 0 to " + (limit - 1) + " for model " + facts.name());
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ForwardPassException("closing the model failed: " + e.getMessage(), e);
    }
  }
}
