package dev.lacuna.runtime.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The interface of imported graphs: a transformer whose head is still to come. Inputs are {@code
 * input_ids} int64 (rows, length), {@code row_lengths} int64 (rows), {@code positions} int64
 * (positions) and {@code logits_bias} fp32 (vocabulary), which is added to every position's logits;
 * the output is {@code logits} fp32 (positions, vocabulary).
 *
 * <p>A value in it that is called {@code states} has the picked positions' states before the
 * vocabulary projection; one that is called {@code picked} stands for them in another way. What
 * follows from it makes the logits; the head takes it out and runs it for some positions at a time.
 * Graphs without such a value give all logits at once.
 *
 * <p>The head is put on when a model is opened, not when it is imported, so that models need no new
 * import when samplers change.
 */
public final class RowsGraph {

  static final String BIAS = "logits_bias";
  static final String LOGITS = "logits";

  /** Name of the states, by which an import finds where the head begins. */
  public static final String STATES = "states";

  static final String PICKED = "picked";

  private RowsGraph() {}

  /** The head of a graph that is to be kept: its bias is an input, its logits an output. */
  public static Head.Kind open(int vocabulary) {
    return graph ->
        new Head() {
          @Override
          public Value bias() {
            return graph.input(BIAS, TensorType.FLOAT, vocabulary);
          }

          @Override
          public void graft(PickedLogits logits) {
            graph.output(logits.all(graph), LOGITS, TensorType.FLOAT, "wanted", vocabulary);
          }
        };
  }

  /**
   * Puts a head on a graph of this interface.
   *
   * @return the model with the head's inputs and outputs in place of bias and logits
   */
  public static ModelProto withHead(ModelProto rows, Head.Kind kind) {
    GraphProto graph = rows.getGraph();
    Cut cut = Cut.of(graph);
    GraphBuilder builder = new GraphBuilder("head", opset(rows));
    Head head = kind.on(builder);
    Value bias = head.bias();
    int first = parts(builder).getNodeCount();
    head.graft(cut.logits());
    GraphProto added = parts(builder);
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
        .addAllNode(cut.before())
        .addAllNode(added.getNodeList().subList(first, added.getNodeCount()));
    ModelProto.Builder model = rows.toBuilder().setGraph(merged);
    GraphBuilder.importRuntimesOwn(model);
    return model.build();
  }

  /** Version of a model's standard operators; the runtime itself refuses one that can't be. */
  private static int opset(ModelProto model) {
    return model.getOpsetImportList().stream()
        .filter(opset -> opset.getDomain().isEmpty() || opset.getDomain().equals("ai.onnx"))
        .mapToInt(opset -> (int) Math.max(1, Math.min(opset.getVersion(), Integer.MAX_VALUE)))
        .findFirst()
        .orElse(1);
  }

  /**
   * A graph's nodes before the vocabulary projection, and the projection's.
   *
   * @param states name of what is projected
   */
  private record Cut(List<NodeProto> before, List<NodeProto> projection, String states) {

    static Cut of(GraphProto graph) {
      List<NodeProto> before = new ArrayList<>();
      List<NodeProto> projection = new ArrayList<>();
      Set<String> projected = new HashSet<>();
      String states = LOGITS;
      for (NodeProto node : graph.getNodeList()) {
        if (node.getInputList().stream().anyMatch(projected::contains)) {
          projected.addAll(node.getOutputList());
          projection.add(node);
        } else {
          before.add(node);
        }
        String output = node.getOutputCount() == 0 ? "" : node.getOutput(0);
        if (output.equals(STATES) || output.equals(PICKED)) {
          states = output;
          projected.add(output);
        }
      }
      return new Cut(before, projection, states);
    }

    PickedLogits logits() {
      Value from = new Value(states);
      return new PickedLogits(
          from,
          (graph, some) ->
              states.equals(LOGITS) ? some : graph.copy(projection, from, some, LOGITS),
          states.equals(STATES));
    }
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
  public static ModelProto model(ModelGraph graph) {
    try {
      return ModelProto.parseFrom(graph.onnx());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a graph that was just written can be read", e);
    }
  }

  /** Says in which way a graph has another interface; empty if it has this one. */
  public static List<String> problems(ModelProto model, int vocabulary) {
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
