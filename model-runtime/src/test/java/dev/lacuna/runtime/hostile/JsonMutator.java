package dev.lacuna.runtime.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes JSON that is valid and wrong; the same random numbers make the same wrong. */
final class JsonMutator {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonMutator() {}

  /** One to three edits of the structure; bytes that are no JSON come back as they are. */
  static byte[] mutate(byte[] original, Random random) {
    try {
      JsonNode root = JSON.readTree(original);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        edit(root, random);
      }
      String text = root.toString();
      if (random.nextInt(8) == 0) {
        text = withDuplicateKey(text, random);
      }
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String withDuplicateKey(String text, Random random) {
    int brace = text.indexOf('{', random.nextInt(text.length()));
    int quote = brace < 0 ? -1 : text.indexOf('"', brace);
    int end = quote < 0 ? -1 : text.indexOf('"', quote + 1);
    return end < 0
        ? text
        : text.substring(0, brace + 1)
            + text.substring(quote, end + 1)
            + ":"
            + strange(random)
            + ","
            + text.substring(brace + 1);
  }

  private static void edit(JsonNode root, Random random) {
    // The top gets as much attention as the depths, where most of the nodes are.
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers, random.nextInt(4));
    JsonNode container = containers.get(random.nextInt(containers.size()));
    if (container instanceof ObjectNode object) {
      edit(object, containers, random);
    } else {
      edit((ArrayNode) container, containers, random);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> into, int depth) {
    if (node.isContainerNode()) {
      into.add(node);
      if (depth > 0) {
        node.forEach(child -> collect(child, into, depth - 1));
      }
    }
  }

  private static void edit(ObjectNode object, List<JsonNode> others, Random random) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    if (keys.isEmpty()) {
      object.set("x", strange(random));
      return;
    }
    String key = keys.get(random.nextInt(keys.size()));
    switch (random.nextInt(5)) {
      case 0 -> object.remove(key);
      case 1 -> object.set(key + "x", object.remove(key));
      case 2 -> object.set(key, others.get(random.nextInt(others.size())).deepCopy());
      default -> object.set(key, changed(object.get(key), random));
    }
  }

  private static void edit(ArrayNode array, List<JsonNode> others, Random random) {
    if (array.isEmpty()) {
      array.add(strange(random));
      return;
    }
    int at = random.nextInt(array.size());
    switch (random.nextInt(5)) {
      case 0 -> array.remove(at);
      case 1 -> array.insert(at, array.get(random.nextInt(array.size())).deepCopy());
      case 2 -> array.set(at, others.get(random.nextInt(others.size())).deepCopy());
      default -> array.set(at, changed(array.get(at), random));
    }
  }

  private static JsonNode changed(JsonNode value, Random random) {
    if (value.isNumber() && random.nextBoolean()) {
      return NODES.numberNode(value.longValue() + random.nextInt(9) - 4);
    }
    if (value.isTextual() && random.nextBoolean()) {
      String text = value.textValue();
      int cut = text.isEmpty() ? 0 : random.nextInt(text.length());
      return NODES.textNode(
          text.substring(0, cut) + strange(random).asText() + text.substring(cut));
    }
    return strange(random);
  }

  private static JsonNode strange(Random random) {
    return switch (random.nextInt(17)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(-1);
      case 3 -> NODES.numberNode(random.nextInt());
      case 4 -> NODES.numberNode(Long.MAX_VALUE);
      case 5 -> NODES.numberNode(BigInteger.TEN.pow(300));
      case 6 -> NODES.numberNode(1e300);
      case 7 -> NODES.numberNode(random.nextInt(300));
      case 8 -> NODES.textNode("");
      case 9 -> NODES.textNode("\u0000\ud800../../../etc/passwd");
      case 10 -> NODES.textNode("x".repeat(1 << random.nextInt(16)));
      case 11 -> NODES.textNode("(a*)*$|[");
      case 12 -> NODES.arrayNode();
      case 13 -> NODES.objectNode();
      case 14 -> NODES.arrayNode().add("a").add(-1);
      case 15 -> deep(1 << random.nextInt(9));
      default -> NODES.numberNode(0.5);
    };
  }

  private static JsonNode deep(int levels) {
    JsonNode node = NODES.numberNode(1);
    for (int i = 0; i < levels; i++) {
      node = i % 2 == 0 ? NODES.arrayNode().add(node) : NODES.objectNode().set("type", node);
    }
    return node;
  }
}
