package dev.lacuna.runtime.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * A graph that somebody exported: {@code input_ids} [batch, length], perhaps {@code attention_mask}
 * and {@code position_ids} of the same shape, to {@code logits} [batch, length, vocabulary]. It is
 * wrapped so that it has the interface of {@link RowsGraph}; its own names get a prefix, so that
 * they can't meet those of the head.
 */
public final class PlainGraph {

  private static final String PREFIX = "plain/";
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String POSITION_IDS = "position_ids";

  /** The oldest operator set in which every operator of wrapping and head has its present form. */
  private static final int OLDEST_OPSET = 13;

  /** From here on an initializer need not be an input too. */
  private static final int OLDEST_IR = 4;

  private final Path file;
  private final ModelProto model;
  private final Map<String, ValueInfoProto> inputs = new TreeMap<>();
  private final GraphBuilder builder = new GraphBuilder("wrapping");

  private PlainGraph(Path file, ModelProto model) {
    this.file = file;
    this.model = model;
  }

  /**
   * A wrapped graph.
   *
   * @param rows a graph of the interface of {@link RowsGraph}
   * @param vocabulary width of the logits
   * @param hidesPadding whether padding has no influence on a row's tokens: the graph has an
   *     attention mask
   */
  public record Wrapped(ModelProto rows, int vocabulary, boolean hidesPadding) {}

  /**
   * Wraps a graph.
   *
   * @param vocabulary width of the logits as stated beside the graph
   * @throws CheckpointException naming what the graph has and what was expected
   */
  public static Wrapped wrap(Path file, ModelProto model, OptionalInt vocabulary) {
    PlainGraph graph = new PlainGraph(file, model);
    graph.checkOpset();
    graph.readInputs();
    int width = graph.width(vocabulary);
    return new Wrapped(graph.wrapped(width), width, graph.inputs.containsKey(MASK));
  }

  private void checkOpset() {
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      boolean standard = opset.getDomain().isEmpty() || opset.getDomain().equals("ai.onnx");
      if (standard && opset.getVersion() >= OLDEST_OPSET) {
        return;
      }
      if (standard) {
        throw wrong(
            "has operator set %d, expected %d or newer; export it again"
                .formatted(opset.getVersion(), OLDEST_OPSET));
      }
    }
    throw wrong("names no operator set, expected " + OLDEST_OPSET + " or newer");
  }

  private void readInputs() {
    Set<String> initialized = new HashSet<>();
    for (TensorProto tensor : model.getGraph().getInitializerList()) {
      initialized.add(tensor.getName());
    }
    for (ValueInfoProto input : model.getGraph().getInputList()) {
      if (!initialized.contains(input.getName())) {
        inputs.put(input.getName(), input);
      }
    }
    Set<String> unknown = new HashSet<>(inputs.keySet());
    unknown.removeAll(List.of(IDS, MASK, POSITION_IDS));
    if (!inputs.containsKey(IDS) || !unknown.isEmpty()) {
      throw wrong(
          "has inputs "
              + inputs.keySet()
              + ", expected input_ids, and at most attention_mask and position_ids beside it");
    }
    inputs.forEach(this::checkInput);
  }

  private void checkInput(String name, ValueInfoProto input) {
    TypeProto.Tensor type = input.getType().getTensorType();
    switch (type.getElemType()) {
      case TensorProto.DataType.INT64_VALUE, TensorProto.DataType.INT32_VALUE -> {}
      case TensorProto.DataType.FLOAT_VALUE, TensorProto.DataType.BOOL_VALUE -> {
        if (!name.equals(MASK)) {
          throw wrong("has an input " + name + " of another type than int64 or int32");
        }
      }
      default -> throw wrong("has an input " + name + " of another type than int64 or int32");
    }
    List<TensorShapeProto.Dimension> shape = type.getShape().getDimList();
    if (type.hasShape()
        && (shape.size() != 2
            || shape.stream().anyMatch(TensorShapeProto.Dimension::hasDimValue))) {
      throw wrong(
          "has an input "
              + name
              + " of a fixed or other shape than [batch, length]; export it with dynamic axes");
    }
  }

  private int width(OptionalInt stated) {
    GraphProto graph = model.getGraph();
    ValueInfoProto logits =
        graph.getOutputList().stream()
            .filter(output -> output.getName().equals(RowsGraph.LOGITS))
            .findFirst()
            .orElseThrow(
                () ->
                    wrong(
                        "has outputs "
                            + graph.getOutputList().stream().map(ValueInfoProto::getName).toList()
                            + ", expected logits"));
    TypeProto.Tensor type = logits.getType().getTensorType();
    if (type.getElemType() != TensorProto.DataType.FLOAT_VALUE
        && type.getElemType() != TensorProto.DataType.FLOAT16_VALUE) {
      throw wrong("has logits of another type than float or float16");
    }
    List<TensorShapeProto.Dimension> shape = type.getShape().getDimList();
    if (type.hasShape() && shape.size() != 3) {
      throw wrong(
          "has logits of " + shape.size() + " dimensions, expected [batch, length, vocabulary]");
    }
    long width = shape.size() == 3 ? shape.get(2).getDimValue() : 0;
    if (width == 0 && stated.isEmpty()) {
      throw wrong("leaves the width of its logits open; state vocabulary in lacuna.json");
    }
    if (width != 0 && stated.isPresent() && stated.getAsInt() != width) {
      throw wrong(
          "has logits %d wide, expected %d, the vocabulary in lacuna.json"
              .formatted(width, stated.getAsInt()));
    }
    if (width < 0 || width > 1 << 24) {
      throw wrong("has logits " + width + " wide, expected 2 to " + (1 << 24));
    }
    return width == 0 ? stated.getAsInt() : (int) width;
  }

  private ModelProto wrapped(int vocabulary) {
    Value ids = builder.input(IDS, TensorType.INT64, "rows", "length");
    Value rowLengths = builder.input("row_lengths", TensorType.INT64, "rows");
    Value positions = builder.input("positions", TensorType.INT64, "wanted");
    Value bias = builder.input(RowsGraph.BIAS, TensorType.FLOAT, vocabulary);
    Map<String, Value> given = new TreeMap<>();
    given.put(IDS, typed(IDS, ids));
    Value shape = builder.node("Shape", ids);
    Value length = builder.node("Slice", shape, builder.longs(1), builder.longs(2));
    Value end = builder.node("Squeeze", length, builder.longs(0));
    Value places = builder.node("Range", builder.scalar(0L), end, builder.scalar(1L));
    if (inputs.containsKey(MASK)) {
      Value ends = builder.node("Unsqueeze", rowLengths, builder.longs(1));
      given.put(MASK, typed(MASK, builder.node("Less", places, ends)));
    }
    if (inputs.containsKey(POSITION_IDS)) {
      given.put(POSITION_IDS, typed(POSITION_IDS, builder.node("Expand", places, shape)));
    }
    int first = RowsGraph.parts(builder).getNodeCount();
    Value all = new Value(PREFIX + RowsGraph.LOGITS);
    Value rows = builder.node("Reshape", all, builder.longs(-1, vocabulary));
    // A position stands for itself: the head takes its logits out of all of them when it gets
    // there.
    Value states = builder.named(positions, RowsGraph.PICKED);
    Value picked = builder.node("Gather", List.of(rows, states), Attributes.of("axis", 0));
    Value logits = builder.node("Add", builder.cast(picked, TensorType.FLOAT), bias);
    builder.output(logits, RowsGraph.LOGITS, TensorType.FLOAT, "wanted", vocabulary);
    return merged(given, first);
  }

  private Value typed(String input, Value value) {
    int type = inputs.get(input).getType().getTensorType().getElemType();
    return builder.node("Cast", List.of(value), Attributes.of("to", type));
  }

  private ModelProto merged(Map<String, Value> given, int first) {
    GraphProto own = RowsGraph.parts(builder);
    GraphProto inner = GraphNames.prefixed(model.getGraph(), PREFIX);
    GraphProto.Builder merged =
        inner.toBuilder().clearNode().clearInput().clearOutput().setName("plain");
    merged
        .addAllInput(own.getInputList())
        .addAllOutput(own.getOutputList())
        .addAllInitializer(own.getInitializerList())
        .addAllNode(own.getNodeList().subList(0, first));
    given.forEach(
        (input, value) -> merged.addNode(RowsGraph.identity(value.name(), PREFIX + input)));
    merged
        .addAllNode(inner.getNodeList())
        .addAllNode(own.getNodeList().subList(first, own.getNodeCount()));
    return model.toBuilder()
        .setIrVersion(Math.max(model.getIrVersion(), OLDEST_IR))
        .clearTrainingInfo()
        .setGraph(merged)
        .build();
  }

  private CheckpointException wrong(String message) {
    return new CheckpointException(file, message);
  }
}
