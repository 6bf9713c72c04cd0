package dev.lacuna.runtime.hostile;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Random;

/** Makes ONNX models that can be parsed and are wrong. */
final class OnnxMutator {

  private static final List<String> OPERATORS =
      List.of("Add", "MatMul", "Reshape", "Gather", "Loop", "If", "Nonsense", "Cast", "Concat");

  private static final long[] NUMBERS = {
    -1, 0, 1, 2, 3, 7, 16, 24, 65536, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private OnnxMutator() {}

  static byte[] mutate(byte[] original, Random random) {
    try {
      ModelProto.Builder model = ModelProto.parseFrom(original).toBuilder();
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        edit(model, random);
      }
      return model.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void edit(ModelProto.Builder model, Random random) {
    GraphProto.Builder graph = model.getGraphBuilder();
    switch (random.nextInt(9)) {
      case 0 -> graph.removeNode(random.nextInt(graph.getNodeCount()));
      case 1 -> graph.addNode(graph.getNode(random.nextInt(graph.getNodeCount())));
      case 2 -> model.getOpsetImportBuilder(0).setVersion(number(random));
      case 3 -> graph.removeInitializer(random.nextInt(graph.getInitializerCount()));
      case 4, 5 ->
          edit(graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount())), random);
      default -> edit(graph, graph.getNodeBuilder(random.nextInt(graph.getNodeCount())), random);
    }
  }

  private static void edit(GraphProto.Builder graph, NodeProto.Builder node, Random random) {
    String other =
        graph.getNode(random.nextInt(graph.getNodeCount())).getOutputList().stream()
            .findFirst()
            .orElse("");
    switch (random.nextInt(5)) {
      case 0 -> node.setOpType(OPERATORS.get(random.nextInt(OPERATORS.size())));
      case 1 -> node.clearAttribute();
      case 2 -> node.addInput(other);
      case 3 -> {
        if (node.getInputCount() > 0) {
          node.setInput(random.nextInt(node.getInputCount()), other);
        }
      }
      default -> {
        if (node.getAttributeCount() > 0) {
          edit(node.getAttributeBuilder(random.nextInt(node.getAttributeCount())), random);
        }
      }
    }
  }

  private static void edit(AttributeProto.Builder attribute, Random random) {
    attribute.setI(number(random));
    for (int i = 0; i < attribute.getIntsCount(); i++) {
      attribute.setInts(i, number(random));
    }
    if (attribute.hasT()) {
      edit(attribute.getTBuilder(), random);
    }
  }

  private static void edit(TensorProto.Builder tensor, Random random) {
    switch (random.nextInt(5)) {
      case 0 -> tensor.setDataType(random.nextInt(24));
      case 1 -> tensor.addDims(number(random));
      case 2 -> {
        if (tensor.getDimsCount() > 0) {
          tensor.setDims(random.nextInt(tensor.getDimsCount()), number(random));
        }
      }
      case 3 -> {
        byte[] noise = new byte[tensor.getRawData().size()];
        random.nextBytes(noise);
        tensor.setRawData(ByteString.copyFrom(noise));
      }
      default ->
          tensor
              .clearRawData()
              .setDataLocation(TensorProto.DataLocation.EXTERNAL)
              .addExternalData(entry("location", location(random)))
              .addExternalData(entry("offset", Long.toString(number(random))))
              .addExternalData(entry("length", Long.toString(number(random))));
    }
  }

  private static String location(Random random) {
    return List.of("../../../etc/passwd", "/etc/passwd", "lacuna.json", "", "weights.bin", ".")
        .get(random.nextInt(6));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static long number(Random random) {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }
}
