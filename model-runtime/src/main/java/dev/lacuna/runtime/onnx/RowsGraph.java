package dev.lacuna.runtime.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.lacuna.runtime.onnx.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.GraphBuilder.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The interface of imported graphs: a transformer whose head is still to come. Inputs are {@code
 * input_ids} int64 (rows, length), {@code row_lengths} int64 (rows), {@code positions} int64
 * (positions) and {@code logits_bias} fp32 (vocabulary), which is added to every position's logits;
 * the output is {@code logits} fp32 (positions, vocabulary).
 *
 * <p>The head is put on when a model is opened, not when it is imported, so that models need no new
 * import when samplers change.
 */
final class RowsGraph {

  static final String BIAS = "logits_bias";
  static final String LOGITS = "logits";

  private RowsGraph() {}

  /** The head of a graph that is to be kept: its bias is an input, its logits an output. */
  static Head.Kind open(int vocabulary) {
    return graph ->
        new Head() {
          @Override
          public Value bias() {
            return graph.input(BIAS, TensorType.FLOAT, vocabulary);
          }

          @Override
          public void graft(Value logits) {
            graph.output(logits, LOGITS, TensorType.FLOAT, "wanted", vocabulary);
          }
        };
  }

  /**
   * Puts a head on a graph of this interface.
   *
   * @return the model with the head's inputs and outputs in place of bias and logits
   */
  static ModelProto withHead(ModelProto rows, Head.Kind kind) {
    GraphBuilder builder = new GraphBuilder("head");
    Head head = kind.on(builder);
    Value bias = head.bias();
    int first = parts(builder).getNodeCount();
    head.graft(new Value(LOGITS));
    GraphProto added = parts(builder);
    GraphProto graph = rows.getGraph();
    GraphProto.Builder merged = graph.toBuilder().clearNode().clearInput().clearOutput();
    graph.getInputList().stream()
        .filter(input -> !input.getName().equals(BIAS))
        .forEach(merged::addInput);
    merged
        .addAllInput(added.getInputList())
        .addAllOutput(added.getOutputList())
        .addAllInitializer(added.getInitializerList())
        // Operators stand before those that use their results: the bias first, the head last.
        .addAllNode(added.getNodeList().subList(0, first))
        .addNode(identity(bias.name(), BIAS))
        .addAllNode(graph.getNodeList())
        .addAllNode(added.getNodeList().subList(first, added.getNodeCount()));
    return rows.toBuilder().setGraph(merged).build();
  }

  /** A node that gives a value another name. */
  static NodeProto identity(String from, String to) {
    return NodeProto.newBuilder()
        .setOpType("Identity")
        .setName(to + "/identity")
        .addInput(from)
        .addOutput(to)
        .build();
  }

  /** What a builder has so far. */
  static GraphProto parts(GraphBuilder builder) {
    return model(builder.build()).getGraph();
  }

  /** A graph that was built here. */
  static ModelProto model(ModelGraph graph) {
    try {
      return ModelProto.parseFrom(graph.onnx());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a graph that was just written can be read", e);
    }
  }

  /** Says in which way a graph has another interface; empty if it has this one. */
  static List<String> problems(ModelProto model, int vocabulary) {
    List<String> problems = new ArrayList<>();
    GraphProto graph = model.getGraph();
    List<String> inputs = graph.getInputList().stream().map(ValueInfoProto::getName).toList();
    List<String> expected = List.of("input_ids", "row_lengths", "positions", BIAS);
    if (inputs.size() != expected.size() || !inputs.containsAll(expected)) {
      problems.add("has inputs " + inputs + ", expected " + expected);
    }
    List<String> outputs = graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
    if (!outputs.equals(List.of(LOGITS))) {
      problems.add("has outputs " + outputs + ", expected [" + LOGITS + "]");
    } else {
      var shape = graph.getOutput(0).getType().getTensorType().getShape();
      if (shape.getDimCount() != 2 || shape.getDim(1).getDimValue() != vocabulary) {
        problems.add("has logits of another width than the manifest's vocabulary, " + vocabulary);
      }
    }
    return problems;
  }
}
