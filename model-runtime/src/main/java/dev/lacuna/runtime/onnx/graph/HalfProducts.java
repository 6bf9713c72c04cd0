package dev.lacuna.runtime.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a graph that keeps its weights in fp16 and multiplies in fp32, as an import with {@code
 * --dtype fp16} writes it, multiply in fp16, as {@link Numbers#half} would have built it: for
 * devices that are made for it. Norms, softmax and logits stay in fp32. Never run on a GPU.
 *
 * <p>Threading: owned by the thread that rewrites.
 */
public final class HalfProducts {

  private static final Set<String> PRODUCTS = Set.of("Gemm", "MatMul", "FusedMatMul");

  /** The weight that a value is, cast to fp32. */
  private final Map<String, String> widened = new HashMap<>();

  private final Set<String> halves = new HashSet<>();
  private final Set<String> constants = new HashSet<>();

  private HalfProducts() {}

  /**
   * The model with products in fp16; the same one if it has no weights in fp16 that it widens for a
   * product.
   */
  public static ModelProto of(ModelProto model) {
    HalfProducts rewriting = new HalfProducts();
    rewriting.collect(model.getGraph());
    return rewriting.multipliesWidened(model.getGraph())
        ? model.toBuilder().setGraph(rewriting.rewritten(model.getGraph())).build()
        : model;
  }

  private void collect(GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      constants.add(tensor.getName());
      if (tensor.getDataType() == TensorProto.DataType.FLOAT16_VALUE) {
        halves.add(tensor.getName());
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Cast") && halves.contains(node.getInput(0))) {
        widened.put(node.getOutput(0), node.getInput(0));
      }
      node.getAttributeList().stream()
          .filter(AttributeProto::hasG)
          .forEach(attribute -> collect(attribute.getG()));
    }
  }

  private boolean multipliesWidened(GraphProto graph) {
    return graph.getNodeList().stream()
        .anyMatch(
            node ->
                PRODUCTS.contains(node.getOpType())
                        && node.getInputList().stream().anyMatch(widened::containsKey)
                    || node.getAttributeList().stream()
                        .anyMatch(
                            attribute -> attribute.hasG() && multipliesWidened(attribute.getG())));
  }

  private GraphProto rewritten(GraphProto graph) {
    GraphProto.Builder result = graph.toBuilder().clearNode();
    for (NodeProto node : graph.getNodeList()) {
      if (PRODUCTS.contains(node.getOpType()) && isWanted(node)) {
        half(result, node);
      } else {
        result.addNode(withGraphs(node));
      }
    }
    return result.build();
  }

  /**
   * Products by weights, and those of two results, as in attention. The head's sums of
   * probabilities are products by a constant, and stay as they are.
   */
  private boolean isWanted(NodeProto node) {
    List<String> factors = node.getInputList().subList(0, 2);
    return factors.stream().anyMatch(widened::containsKey)
        || factors.stream().noneMatch(constants::contains);
  }

  private NodeProto withGraphs(NodeProto node) {
    NodeProto.Builder result = node.toBuilder();
    for (int i = 0; i < node.getAttributeCount(); i++) {
      if (node.getAttribute(i).hasG()) {
        result.getAttributeBuilder(i).setG(rewritten(node.getAttribute(i).getG()));
      }
    }
    return result.build();
  }

  /** A product of fp16 numbers, its result widened; a bias is added to the wide result. */
  private void half(GraphProto.Builder graph, NodeProto node) {
    boolean biased = node.getInputCount() == 3;
    String product = node.getOutput(0) + "/half";
    String wide = biased ? node.getOutput(0) + "/wide" : node.getOutput(0);
    NodeProto.Builder half = node.toBuilder().clearInput().clearOutput().addOutput(product);
    for (int i = 0; i < 2; i++) {
      half.addInput(narrowed(graph, node, i));
    }
    graph.addNode(half);
    graph.addNode(cast(product, wide, TensorType.FLOAT));
    if (biased) {
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Add")
              .setName(node.getName() + "/bias")
              .addInput(wide)
              .addInput(node.getInput(2))
              .addOutput(node.getOutput(0)));
    }
  }

  private String narrowed(GraphProto.Builder graph, NodeProto node, int input) {
    String value = node.getInput(input);
    if (widened.containsKey(value)) {
      return widened.get(value);
    }
    String narrow = node.getOutput(0) + "/input_" + input;
    graph.addNode(cast(value, narrow, TensorType.FLOAT16));
    return narrow;
  }

  private static NodeProto cast(String from, String to, TensorType type) {
    return NodeProto.newBuilder()
        .setOpType("Cast")
        .setName(to + "/cast")
        .addInput(from)
        .addOutput(to)
        .addAttribute(type.castTo())
        .build();
  }
}
