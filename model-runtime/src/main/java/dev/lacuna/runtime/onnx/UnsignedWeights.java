package dev.lacuna.runtime.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;

/**
 * Rewrites products of signed weights to products of unsigned ones: 128 is added to each weight,
 * which the runtime folds when it loads the graph, and is their zero point, so that sums are the
 * same.
 */
final class UnsignedWeights {

  private static final String PRODUCT = "MatMulIntegerToFloat";
  private static final String PREFIX = "unsigned/";
  private static final String SHIFT = PREFIX + "shift";
  private static final String ZERO_POINT = PREFIX + "zero_point";

  /** Place of the weights among a product's inputs. */
  private static final int WEIGHTS = 1;

  /** Place of the weights' zero point. */
  private static final int WEIGHTS_ZERO_POINT = 5;

  private UnsignedWeights() {}

  /** The model with every product rewritten, those of branches too. */
  static ModelProto in(ModelProto model) {
    GraphProto graph =
        in(model.getGraph()).toBuilder()
            .addInitializer(constant(SHIFT, TensorProto.DataType.INT16).setRawData(bytes(128, 0)))
            .addInitializer(constant(ZERO_POINT, TensorProto.DataType.UINT8).setRawData(bytes(128)))
            .build();
    return model.toBuilder().setGraph(graph).build();
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

  private static GraphProto in(GraphProto graph) {
    GraphProto.Builder rewritten = graph.toBuilder().clearNode();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals(PRODUCT) && node.getInputCount() == WEIGHTS_ZERO_POINT) {
        rewrite(node, rewritten);
      } else {
        rewritten.addNode(withBranches(node));
      }
    }
    return rewritten.build();
  }

  private static NodeProto withBranches(NodeProto node) {
    NodeProto.Builder rewritten = node.toBuilder();
    for (AttributeProto.Builder attribute : rewritten.getAttributeBuilderList()) {
      if (attribute.hasG()) {
        attribute.setG(in(attribute.getG()));
      }
    }
    return rewritten.build();
  }

  private static void rewrite(NodeProto product, GraphProto.Builder graph) {
    String at = PREFIX + product.getName() + "/";
    graph
        .addNode(cast(product.getInput(WEIGHTS), at + "wide", TensorProto.DataType.INT16))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Add")
                .setName(at + "add")
                .addInput(at + "wide")
                .addInput(SHIFT)
                .addOutput(at + "shifted"))
        .addNode(cast(at + "shifted", at + "weights", TensorProto.DataType.UINT8))
        .addNode(
            product.toBuilder().setInput(WEIGHTS, at + "weights").addInput(ZERO_POINT).build());
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
