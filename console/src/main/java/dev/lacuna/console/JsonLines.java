package dev.lacuna.console;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** JSON objects of one line each, told apart by {@code type}. */
public final class JsonLines {
  private static final JsonMapper MAPPER = new JsonMapper();

  private JsonLines() {}

  /** An object of one type with the given numbers and texts, in order. */
  public static String object(String type, Map<String, ?> fields) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("type", type);
    fields.forEach((name, value) -> node.set(name, MAPPER.valueToTree(value)));
    return node.toString();
  }
}
