package dev.lacuna.runtime.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Element types of the values of a graph, as far as they follow from its inputs, its initializers
 * and the operators that language models consist of; all others are unknown.
 *
 * <p>Threading: owned by the thread that walks the graph.
 */
public final class NodeTypes {

  /** A type that nothing is known of. */
  public static final String UNKNOWN = "";

  private static final String INT64 = "int64";
  private static final String BOOL = "bool";

  private static final Set<String> INDICES = Set.of("Shape", "Size", "NonZero", "ArgMax", "ArgMin");

  private static final Set<String> COMPARISONS =
      Set.of(
          "Equal",
          "Less",
          "LessOrEqual",
          "Greater",
          "GreaterOrEqual",
          "And",
          "Or",
          "Xor",
          "Not",
          "IsNaN",
          "IsInf");

  private final Map<String, String> types;

  private NodeTypes(Map<String, String> types) {
    this.types = types;
  }

  /** Types at the start of a graph: of its inputs and initializers. */
  public static NodeTypes of(GraphProto graph) {
    return new NodeTypes(new HashMap<>()).inside(graph);
  }

  /** Types at the start of a graph within a node of this one: it sees all of this one's values. */
  public NodeTypes inside(GraphProto graph) {
    Map<String, String> seen = new HashMap<>(types);
    for (ValueInfoProto input : graph.getInputList()) {
      seen.put(input.getName(), name(input.getType().getTensorType().getElemType()));
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      seen.put(tensor.getName(), name(tensor.getDataType()));
    }
    return new NodeTypes(seen);
  }

  /** Type of a value; {@link #UNKNOWN} if it isn't known. */
  String of(String value) {
    return types.getOrDefault(value, UNKNOWN);
  }

  /**
   * Type by which a node's kernel is chosen: that of its first input, which for a choice between
   * values is the second.
   */
  public String deciding(NodeProto node) {
    return input(node, node.getOpType().equals("Where") ? 1 : 0);
  }

  /**
   * Takes in a node.
   *
   * @param inner the graphs within it, walked already
   */
  public void put(NodeProto node, List<NodeTypes> inner) {
    List<String> results = results(node, inner);
    for (int i = 0; i < node.getOutputCount(); i++) {
      types.put(node.getOutput(i), i < results.size() ? results.get(i) : UNKNOWN);
    }
  }

  private List<String> results(NodeProto node, List<NodeTypes> inner) {
    String first = input(node, 0);
    String operator = node.getOpType();
    if (INDICES.contains(operator)) {
      return List.of(INT64);
    }
    if (COMPARISONS.contains(operator)) {
      return List.of(BOOL);
    }
    return switch (operator) {
      case "Cast" -> List.of(name((int) attribute(node, "to").getI()));
      case "Constant" -> List.of(name(attribute(node, "value").getT().getDataType()));
      case "ConstantOfShape" -> {
        int type = attribute(node, "value").getT().getDataType();
        yield List.of(type == 0 ? "float" : name(type));
      }
      case "TopK" -> List.of(first, INT64);
      case "Dropout" -> List.of(first, BOOL);
      case "Where", "DequantizeLinear" -> List.of(input(node, 1));
      case "OneHot" -> List.of(input(node, 2));
      case "QuantizeLinear" -> List.of(node.getInputCount() > 2 ? input(node, 2) : "uint8");
      case "DynamicQuantizeLinear" -> List.of("uint8", "float", "uint8");
      case "MatMulInteger" -> List.of("int32");
      case "MatMulIntegerToFloat" -> List.of("float");
      case "If" -> inner.isEmpty() ? List.of() : outputs(node, "then_branch", inner.get(0), 0);
      case "Loop" -> inner.isEmpty() ? List.of() : outputs(node, "body", inner.get(0), 1);
      default -> Collections.nCopies(node.getOutputCount(), first);
    };
  }

  /** Types of the outputs of the graph within a node, the first few aside. */
  private static List<String> outputs(NodeProto node, String graph, NodeTypes inside, int from) {
    List<ValueInfoProto> outputs = attribute(node, graph).getG().getOutputList();
    return outputs.stream().skip(from).map(output -> inside.of(output.getName())).toList();
  }

  private String input(NodeProto node, int index) {
    return index < node.getInputCount() ? of(node.getInput(index)) : UNKNOWN;
  }

  private static AttributeProto attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .orElse(AttributeProto.getDefaultInstance());
  }

  private static String name(int type) {
    TensorProto.DataType known = TensorProto.DataType.forNumber(type);
    return known == null || known == TensorProto.DataType.UNDEFINED
        ? UNKNOWN
        : known.name().toLowerCase(Locale.ROOT);
  }
}
