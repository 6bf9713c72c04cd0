package dev.lacuna.runtime.onnx.device;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.lacuna.runtime.onnx.graph.NodeTypes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes of a graph have a kernel in ONNX Runtime's CUDA provider, from the list in the
 * resource {@code cuda-kernels.txt}. ONNX Runtime runs the others on the CPU without a word, and
 * copies what they need to the host and back. Such a list can say before a GPU is at hand what
 * {@link Placement} sees when one runs; it has never been compared with one.
 */
final class CudaKernels {

  private static final String RESOURCE = "cuda-kernels.txt";
  private static final String STANDARD = "ai.onnx";
  private static final String ANY = "any";
  private static final String NO_END = "*";

  /** Every number and truth value: what the kernels' lists call all fixed-size types. */
  private static final Set<String> FIXED_SIZE =
      Set.of(
          "bfloat16",
          "bool",
          "double",
          "float",
          "float16",
          "int8",
          "int16",
          "int32",
          "int64",
          "uint8",
          "uint16",
          "uint32",
          "uint64");

  private static final Map<String, List<Kernel>> KERNELS = read();

  private final Map<String, Long> opsets = new HashMap<>();
  private final List<Missing> missing = new ArrayList<>();

  private CudaKernels() {}

  private record Kernel(int from, int to, Set<String> types) {

    boolean fits(long opset, String type) {
      return opset >= from
          && opset <= to
          && (type.equals(NodeTypes.UNKNOWN) || types.contains(type));
    }
  }

  /**
   * A node without a kernel.
   *
   * @param node its name
   * @param operator with its domain, unless that is the standard's
   * @param type of its first input; empty if it isn't known
   */
  record Missing(String node, String operator, String type) {
    @Override
    public String toString() {
      return node + " (" + operator + (type.isEmpty() ? "" : " of " + type) + ")";
    }
  }

  /** Nodes of a model that have none, those in branches and loops too, in the graph's order. */
  static List<Missing> missing(ModelProto model) {
    CudaKernels walk = new CudaKernels();
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      walk.opsets.put(domain(opset.getDomain()), opset.getVersion());
    }
    walk.walk(model.getGraph(), NodeTypes.of(model.getGraph()));
    return List.copyOf(walk.missing);
  }

  private NodeTypes walk(GraphProto graph, NodeTypes types) {
    for (NodeProto node : graph.getNodeList()) {
      List<NodeTypes> inner = new ArrayList<>();
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          inner.add(walk(attribute.getG(), types.inside(attribute.getG())));
        }
      }
      check(node, types.deciding(node));
      types.put(node, inner);
    }
    return types;
  }

  private void check(NodeProto node, String type) {
    String domain = domain(node.getDomain());
    String operator = domain + " " + node.getOpType();
    long opset = opsets.getOrDefault(domain, 1L);
    // ONNX Runtime makes initializers of constants.
    if (!node.getOpType().equals("Constant")
        && KERNELS.getOrDefault(operator, List.of()).stream()
            .noneMatch(kernel -> kernel.fits(opset, type))) {
      String shown = domain.equals(STANDARD) ? node.getOpType() : operator.replace(' ', '.');
      missing.add(new Missing(node.getName(), shown, type));
    }
  }

  private static String domain(String domain) {
    return domain.isEmpty() ? STANDARD : domain;
  }

  private static Map<String, List<Kernel>> read() {
    Map<String, List<Kernel>> kernels = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                CudaKernels.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          List<String> words = Arrays.asList(line.split(" "));
          kernels
              .computeIfAbsent(words.get(0) + " " + words.get(1), key -> new ArrayList<>())
              .add(kernel(words));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kernels;
  }

  private static Kernel kernel(List<String> words) {
    String last = words.get(3);
    List<String> types = words.subList(4, words.size());
    return new Kernel(
        Integer.parseInt(words.get(2)),
        last.equals(NO_END) ? Integer.MAX_VALUE : Integer.parseInt(last),
        types.equals(List.of(ANY)) ? FIXED_SIZE : Set.copyOf(types));
  }
}
