package dev.lacuna.runtime.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.Set;

/**
 * Rewrites products of signed weights to products of unsigned ones: 128 is added to each weight,
 * which the runtime folds when it loads the graph, and is their zero point, so that sums are the
 * same.
 */
public final class UnsignedWeights {

  private static final String PRODUCT = "MatMulIntegerToFloat";
  private static final String PREFIX = "unsigned/";
  private static final String SHIFT = PREFIX + "shift";
  private static final String ZERO_POINT = PREFIX + "zero_point";

  private static final String UNSIGNED = "/unsigned";

  /** Place of the weights' zero point among a product's inputs. */
  private static final int WEIGHTS_ZERO_POINT = 5;

  private UnsignedWeights() {}

  /**
   * The model with every product rewritten, those of branches too.
   *
   * @param model its weights in int8 are initializers of the outermost graph, and nothing but
   *     products uses them
   */
  public static ModelProto in(ModelProto model) {
    GraphProto graph = model.getGraph();
    GraphProto.Builder rewritten = graph.toBuilder().clearNode();
    Set<String> signed = new HashSet<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getDataType() == TensorProto.DataType.INT8_VALUE) {
        signed.add(tensor.getName());
        shift(tensor.getName(), rewritten);
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      rewritten.addNode(withZeroPoint(shifted(node, signed)));
    }
    rewritten
        .addInitializer(constant(SHIFT, TensorProto.DataType.INT16).setRawData(bytes(128, 0)))
        .addInitializer(constant(ZERO_POINT, TensorProto.DataType.UINT8).setRawData(bytes(128)));
    return model.toBuilder().setGraph(rewritten).build();
  }

  private static ByteString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteString.copyFrom(bytes);
  }

  private static TensorProto.Builder constant(String name, TensorProto.DataType type) {
    return TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
  }

  /** Appends what makes an unsigned weight of a signed one. */
  private static void shift(String weight, GraphProto.Builder graph) {
    graph
        .addNode(cast(weight, weight + "/wide", TensorProto.DataType.INT16))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Add")
                .setName(weight + "/shift")
                .addInput(weight + "/wide")
                .addInput(SHIFT)
                .addOutput(weight + "/shifted"))
        .addNode(cast(weight + "/shifted", weight + UNSIGNED, TensorProto.DataType.UINT8));
  }

  private static NodeProto shifted(NodeProto node, Set<String> signed) {
    NodeProto.Builder rewritten = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      if (signed.contains(node.getInput(i))) {
        rewritten.setInput(i, node.getInput(i) + UNSIGNED);
      }
    }
    return rewritten.build();
  }

  /** A product with the weights' zero point, or a node whose branches have their products so. */
  private static NodeProto withZeroPoint(NodeProto node) {
    NodeProto.Builder rewritten = node.toBuilder();
    if (node.getOpType().equals(PRODUCT) && node.getInputCount() == WEIGHTS_ZERO_POINT) {
      return rewritten.addInput(ZERO_POINT).build();
    }
    for (AttributeProto.Builder attribute : rewritten.getAttributeBuilderList()) {
      if (attribute.hasG()) {
        GraphProto branch = attribute.getG();
        GraphProto.Builder inner = branch.toBuilder().clearNode();
        branch.getNodeList().forEach(each -> inner.addNode(withZeroPoint(each)));
        attribute.setG(inner);
      }
    }
    return rewritten.build();
  }

  private static NodeProto cast(String from, String to, TensorProto.DataType type) {
    return NodeProto.newBuilder()
        .setOpType("Cast")
        .setName(to + "/cast")
        .addInput(from)
        .addOutput(to)
        .addAttribute(Attributes.of("to", type.getNumber()))
        .build();
  }
}
