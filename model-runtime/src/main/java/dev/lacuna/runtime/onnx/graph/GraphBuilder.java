package dev.lacuna.runtime.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.lacuna.runtime.facts.NumberFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes one ONNX graph, node after node; names are made up here and unique in the whole model.
 *
 * <p>Threading: owned by the thread that builds.
 */
public final class GraphBuilder {

  /** Newest operator set whose every operator used here has both a CPU and a CUDA kernel. */
  private static final int OPSET = 21;

  private static final int IR_VERSION = 10;

  /** Domain of the operators that ONNX Runtime adds to ONNX's. */
  private static final String RUNTIMES_OWN = "com.microsoft";

  /** A tensor in the graph. */
  public record Value(String name) {}

  /** Element types, with their numbers in ONNX's TensorProto. */
  public enum TensorType {
    FLOAT(1),
    UINT8(2),
    INT8(3),
    INT32(6),
    INT64(7),
    BOOL(9),
    FLOAT16(10),
    DOUBLE(11);

    private final int code;

    TensorType(int code) {
      this.code = code;
    }

    /** The attribute that makes a Cast cast to this type. */
    AttributeProto castTo() {
      return Attributes.of("to", code);
    }
  }

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Map<String, GraphWeight> weights = new LinkedHashMap<>();
  private final String prefix;
  private final int opset;
  private int next;

  /** A graph without nodes. */
  public GraphBuilder(String name) {
    this(name, OPSET);
  }

  /** A graph whose nodes will stand in a model of a given version of the operators. */
  public GraphBuilder(String name, int opset) {
    graph.setName(name);
    prefix = name + "/";
    this.opset = opset;
  }

  /** Version of the standard operators. */
  public int opset() {
    return opset;
  }

  /** A graph input; a dimension is a number or the name of a variable one. */
  public Value input(String name, TensorType type, Object... dimensions) {
    graph.addInput(info(name, type, dimensions));
    return new Value(name);
  }

  /** Makes a value a graph output under the given name. */
  public void output(Value value, String name, TensorType type, Object... dimensions) {
    named(value, name);
    graph.addOutput(info(name, type, dimensions));
  }

  /** The same value under a given name. */
  public Value named(Value value, String name) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .setName(name + "/identity")
            .addInput(value.name())
            .addOutput(name));
    return new Value(name);
  }

  /** An input of a branch that runs once for each slice, see {@link #scan}. */
  public Value slice(TensorType type, Object... dimensions) {
    return input(fresh("slice"), type, dimensions);
  }

  /** Makes a value the next output of a branch. */
  public void result(Value value, TensorType type, Object... dimensions) {
    output(value, fresh("result"), type, dimensions);
  }

  /**
   * A weight whose data is handed to the runtime beside the graph: a protobuf may not exceed 2 GiB.
   */
  public Value weight(String name, GraphWeight weight) {
    if (weights.put(name, weight) == null) {
      TensorType type = type(weight.format());
      graph.addInitializer(
          TensorProto.newBuilder()
              .setName(name)
              .setDataType(type.code)
              .addAllDims(weight.shape())
              .setDataLocation(TensorProto.DataLocation.EXTERNAL)
              .addExternalData(
                  StringStringEntryProto.newBuilder().setKey("location").setValue("weights")));
    }
    return new Value(name);
  }

  private static TensorType type(NumberFormat format) {
    return switch (format) {
      case FP32 -> TensorType.FLOAT;
      case FP16 -> TensorType.FLOAT16;
      case INT8 -> TensorType.INT8;
    };
  }

  /** An fp32 constant. */
  public Value floats(float[] values, long... shape) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return constant(TensorType.FLOAT, bytes, shape);
  }

  /** An fp32 scalar. */
  public Value scalar(float value) {
    return floats(new float[] {value});
  }

  /** An int64 vector. */
  public Value longs(long... values) {
    return longsOf(values, values.length);
  }

  /** An int64 scalar. */
  public Value scalar(long value) {
    return longsOf(new long[] {value});
  }

  /** An int64 constant of a given shape. */
  public Value longsOf(long[] values, long... shape) {
    ByteBuffer bytes = littleEndian(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return constant(TensorType.INT64, bytes, shape);
  }

  /** A uint8 scalar. */
  public Value scalarByte(int value) {
    return constant(TensorType.UINT8, ByteBuffer.wrap(new byte[] {(byte) value}));
  }

  /** An int8 constant. */
  public Value bytes(byte[] values, long... shape) {
    return constant(TensorType.INT8, ByteBuffer.wrap(values), shape);
  }

  private Value constant(TensorType type, ByteBuffer bytes, long... shape) {
    String name = fresh("constant");
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.code)
            .setRawData(ByteString.copyFrom(bytes));
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor);
    return new Value(name);
  }

  /** A node with one output and no attributes. */
  public Value node(String operator, Value... inputs) {
    return node(operator, List.of(inputs));
  }

  /** A node with one output. */
  public Value node(String operator, List<Value> inputs, AttributeProto... attributes) {
    return nodes(operator, 1, inputs, attributes).get(0);
  }

  /** A node with several outputs. */
  public List<Value> nodes(
      String operator, int outputs, List<Value> inputs, AttributeProto... attributes) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName(fresh(operator));
    inputs.forEach(input -> node.addInput(input.name()));
    for (AttributeProto attribute : attributes) {
      node.addAttribute(attribute);
    }
    for (int i = 0; i < outputs; i++) {
      node.addOutput(node.getName() + ":" + i);
    }
    graph.addNode(node);
    return node.getOutputList().stream().map(Value::new).toList();
  }

  /** A node that casts. */
  public Value cast(Value value, TensorType type) {
    return node("Cast", List.of(value), type.castTo());
  }

  /** Whether any of a vector's booleans is true; a scalar. */
  public Value any(Value flags) {
    Value ones = cast(flags, TensorType.INT32);
    Value count = node("ReduceSum", List.of(ones), Attributes.of("keepdims", 0));
    return cast(count, TensorType.BOOL);
  }

  /** A builder for a branch of {@link #ifElse}; it may use every value of this graph. */
  public GraphBuilder branch(String name) {
    return new GraphBuilder(fresh(name), opset);
  }

  /** Runs one of two branches, each with a single output of the same type. */
  public Value ifElse(Value condition, GraphBuilder then, GraphBuilder otherwise) {
    return node(
        "If",
        List.of(condition),
        Attributes.of("then_branch", then.graph.build()),
        Attributes.of("else_branch", otherwise.graph.build()));
  }

  /**
   * Runs a branch once for each slice along the first axis of some values, one after another.
   *
   * @param body its inputs are slices of the values, in their order; see {@link #slice}
   * @return the outputs of all runs, stacked along a new first axis
   */
  public List<Value> scan(GraphBuilder body, List<Value> values) {
    return nodes(
        "Scan",
        body.graph.getOutputCount(),
        values,
        Attributes.of("body", body.graph.build()),
        Attributes.of("num_scan_inputs", values.size()));
  }

  /**
   * Appends a copy of nodes of the model, applied to another value.
   *
   * @param from the value that the nodes use
   * @param to what the copy uses in its place
   * @param result name of the nodes' result
   * @return the copy's result
   */
  Value copy(List<NodeProto> nodes, Value from, Value to, String result) {
    String copy = fresh("copy") + "/";
    Map<String, String> names = new HashMap<>(Map.of(from.name(), to.name()));
    for (NodeProto node : nodes) {
      NodeProto.Builder copied = node.toBuilder().setName(copy + node.getName());
      copied.clearInput().clearOutput();
      node.getInputList().forEach(name -> copied.addInput(names.getOrDefault(name, name)));
      for (String name : node.getOutputList()) {
        names.put(name, name.isEmpty() ? "" : copy + name);
        copied.addOutput(names.get(name));
      }
      graph.addNode(copied);
    }
    return new Value(names.get(result));
  }

  /** A node of the runtime's own operators, which has kernels for the CPU and for CUDA. */
  public Value own(String operator, List<Value> inputs, AttributeProto... attributes) {
    Value result = node(operator, inputs, attributes);
    graph.getNodeBuilder(graph.getNodeCount() - 1).setDomain(RUNTIMES_OWN);
    return result;
  }

  /** Says in a model that it uses the runtime's own operators. */
  static void importRuntimesOwn(ModelProto.Builder model) {
    if (model.getOpsetImportList().stream()
        .noneMatch(opset -> opset.getDomain().equals(RUNTIMES_OWN))) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(RUNTIMES_OWN).setVersion(1));
    }
  }

  /** The finished model. */
  public ModelGraph build() {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("lacuna")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
            .setGraph(graph);
    importRuntimesOwn(model);
    return new ModelGraph(model.build().toByteArray(), Collections.unmodifiableMap(weights));
  }

  private String fresh(String what) {
    return prefix + what + "_" + next++;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ValueInfoProto info(String name, TensorType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      TensorShapeProto.Dimension.Builder one = TensorShapeProto.Dimension.newBuilder();
      if (dimension instanceof Number number) {
        one.setDimValue(number.longValue());
      } else {
        one.setDimParam(dimension.toString());
      }
      shape.addDim(one);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.code).setShape(shape)))
        .build();
  }
}
