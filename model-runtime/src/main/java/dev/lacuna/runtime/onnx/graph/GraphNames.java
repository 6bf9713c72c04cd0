package dev.lacuna.runtime.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorAnnotation;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/** Renames every value, weight and node of a graph and of the graphs within it. */
final class GraphNames {

  private final String prefix;

  private GraphNames(String prefix) {
    this.prefix = prefix;
  }

  /** The graph with a prefix before each name; the bodies of functions have names of their own. */
  static GraphProto prefixed(GraphProto graph, String prefix) {
    return new GraphNames(prefix).graph(graph);
  }

  private GraphProto graph(GraphProto graph) {
    GraphProto.Builder renamed = graph.toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      renamed.setNode(i, node(graph.getNode(i)));
    }
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      renamed.setInitializer(i, tensor(graph.getInitializer(i)));
    }
    renamed
        .getSparseInitializerBuilderList()
        .forEach(sparse -> sparse.setValues(tensor(sparse.getValues())));
    for (ValueInfoProto.Builder info : renamed.getInputBuilderList()) {
      info.setName(name(info.getName()));
    }
    for (ValueInfoProto.Builder info : renamed.getOutputBuilderList()) {
      info.setName(name(info.getName()));
    }
    // Shapes of values in between are hints, and may name the same dimension as ours do.
    renamed.clearValueInfo();
    for (TensorAnnotation.Builder annotation : renamed.getQuantizationAnnotationBuilderList()) {
      annotation.setTensorName(name(annotation.getTensorName()));
      annotation
          .getQuantParameterTensorNamesBuilderList()
          .forEach(parameter -> parameter.setValue(name(parameter.getValue())));
    }
    return renamed.build();
  }

  private TensorProto tensor(TensorProto tensor) {
    return tensor.toBuilder().setName(name(tensor.getName())).build();
  }

  private NodeProto node(NodeProto node) {
    NodeProto.Builder renamed = node.toBuilder();
    renamed.clearInput().addAllInput(names(node.getInputList()));
    renamed.clearOutput().addAllOutput(names(node.getOutputList()));
    renamed.setName(name(node.getName()));
    for (int i = 0; i < node.getAttributeCount(); i++) {
      AttributeProto attribute = node.getAttribute(i);
      if (attribute.hasG() || attribute.getGraphsCount() > 0) {
        renamed.setAttribute(i, attribute(attribute));
      }
    }
    return renamed.build();
  }

  private AttributeProto attribute(AttributeProto attribute) {
    AttributeProto.Builder renamed = attribute.toBuilder();
    if (attribute.hasG()) {
      renamed.setG(graph(attribute.getG()));
    }
    for (int i = 0; i < attribute.getGraphsCount(); i++) {
      renamed.setGraphs(i, graph(attribute.getGraphs(i)));
    }
    return renamed.build();
  }

  private List<String> names(List<String> names) {
    return names.stream().map(this::name).toList();
  }

  /** An empty name stands for an input or output that is left out. */
  private String name(String name) {
    return name.isEmpty() ? "" : prefix + name;
  }
}
