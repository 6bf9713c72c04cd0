package dev.lacuna.runtime.onnx.weights;

import dev.lacuna.runtime.checkpoint.safetensors.WeightData;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.graph.GraphWeight;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a graph's weights as the graph has them; those in int8 are quantized on the way, in
 * pieces, so that memory doesn't grow with a weight.
 *
 * <p>Threading: used by one thread.
 */
public final class WeightBytes {

  private final ModelGraph graph;
  private final WeightData data;

  /** Scales of each matrix that is held in int8: asked for twice, and few. */
  private final Map<String, float[]> scales = new HashMap<>();

  /**
   * The weights of a graph.
   *
   * @param graph the graph that names them
   * @param data where they come from
   */
  public WeightBytes(ModelGraph graph, WeightData data) {
    this.graph = graph;
    this.data = data;
  }

  /**
   * Writes one weight, row-major and little-endian.
   *
   * @param name a name out of the graph
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException as {@link WeightData#write}
   * @throws IOException if the channel can't be written
   */
  public void write(String name, WritableByteChannel out) throws IOException {
    GraphWeight weight = graph.weights().get(name);
    String source = weight.part().weightOf(name);
    switch (weight.part()) {
      case WHOLE -> data.write(source, weight.format(), out);
      case INT8_ROWS ->
          data.write(
              source, NumberFormat.FP32, new Int8Rows.Rounding(width(source), scales(source), out));
      case ROW_SCALES -> Int8Rows.write(scales(source), out);
    }
  }

  private float[] scales(String source) throws IOException {
    float[] known = scales.get(source);
    if (known != null) {
      return known;
    }
    List<Long> shape = data.shapes().get(source);
    Int8Rows.Scaling scaling = new Int8Rows.Scaling(Math.toIntExact(shape.get(0)), width(source));
    data.write(source, NumberFormat.FP32, scaling);
    scales.put(source, scaling.scales());
    return scaling.scales();
  }

  private long width(String source) {
    return data.shapes().get(source).get(1);
  }
}
