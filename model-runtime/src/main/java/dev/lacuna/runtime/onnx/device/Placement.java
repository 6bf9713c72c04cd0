package dev.lacuna.runtime.onnx.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the nodes of a session ran, read from ONNX Runtime's profile of one run. Of what ONNX
 * Runtime offers it is the only thing that names them to a program: {@code
 * session.disable_cpu_ep_fallback} refuses without naming any, and its log goes to standard error.
 *
 * @param nodes the nodes that ran, by name; those in branches that were not taken are absent
 */
record Placement(List<Node> nodes) {

  static final String CPU = "CPUExecutionProvider";

  /** Integers that a small result may have: arithmetic on shapes, on the CPU by intention. */
  private static final long SHAPE_ELEMENTS = 64;

  private static final Set<String> FRACTIONS = Set.of("float", "float16", "double", "bfloat16");

  /** They run other nodes, and decide on the host which. */
  private static final Set<String> CONTROL = Set.of("If", "Loop", "Scan");

  /**
   * A node that ran.
   *
   * @param provider ONNX Runtime's name of where, such as {@code CUDAExecutionProvider}
   * @param fractions whether a result is of floating-point numbers
   * @param elements of the largest result
   */
  record Node(String name, String operator, String provider, boolean fractions, long elements) {

    /** Whether it may run on the CPU while the model runs elsewhere. */
    boolean belongsOnCpu() {
      return CONTROL.contains(operator) || !fractions && elements <= SHAPE_ELEMENTS;
    }

    @Override
    public String toString() {
      return name + " (" + operator + ")";
    }
  }

  /**
   * Reads a profile.
   *
   * @param file JSON as {@code endProfiling} leaves it: an array of events, with {@code cat} {@code
   *     Node}, {@code name} ending in {@code _kernel_time}, and {@code args} that hold {@code
   *     op_name}, {@code provider} and {@code output_type_shape}
   * @throws IOException if it can't be read or is none
   */
  static Placement read(Path file) throws IOException {
    Map<String, Node> nodes = new LinkedHashMap<>();
    JsonNode events = new ObjectMapper().readTree(file.toFile());
    if (!events.isArray()) {
      throw new IOException(file + " is no profile: expected an array of events");
    }
    for (JsonNode event : events) {
      String name = event.path("name").asText();
      JsonNode args = event.path("args");
      if (name.endsWith("_kernel_time") && args.has("provider")) {
        Node node = node(name.substring(0, name.length() - "_kernel_time".length()), args);
        nodes.put(node.name(), node);
      }
    }
    return new Placement(List.copyOf(nodes.values()));
  }

  private static Node node(String name, JsonNode args) {
    boolean fractions = false;
    long most = 0;
    for (JsonNode output : args.path("output_type_shape")) {
      for (Map.Entry<String, JsonNode> typed : output.properties()) {
        fractions |= FRACTIONS.contains(typed.getKey());
        long elements = 1;
        for (JsonNode dimension : typed.getValue()) {
          elements *= dimension.asLong();
        }
        most = Math.max(most, elements);
      }
    }
    return new Node(
        name, args.path("op_name").asText(), args.path("provider").asText(), fractions, most);
  }

  /** Nodes that ran on the CPU and don't belong there. */
  List<Node> strays() {
    List<Node> strays = new ArrayList<>(nodes);
    strays.removeIf(node -> !node.provider().equals(CPU) || node.belongsOnCpu());
    return strays;
  }
}
