package dev.lacuna.cli.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lacuna.worker.config.NearestName;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads one JSON object strictly: every field has one type, and a field that nobody asked for is a
 * problem. A field that is absent or null is empty.
 *
 * <p>Threading: used by the thread that creates it.
 */
final class JsonFields {
  private final JsonNode object;
  private final String path;
  private final List<String> problems;
  private final List<String> known = new ArrayList<>();

  private JsonFields(JsonNode object, String path, List<String> problems) {
    this.object = object;
    this.path = path;
    this.problems = problems;
  }

  /** Reads a whole line's object. */
  static JsonFields of(JsonNode object) {
    return new JsonFields(object, "", new ArrayList<>());
  }

  Optional<String> text(String name) {
    Optional<String> value = field(name, "a string", JsonNode::isTextual, JsonNode::textValue);
    value.ifPresent(text -> requireText(name, text));
    return value;
  }

  Optional<Integer> integer(String name) {
    return field(
        name,
        "a whole number of 32 bits",
        node -> node.isIntegralNumber() && node.canConvertToInt(),
        JsonNode::intValue);
  }

  Optional<Long> integer64(String name) {
    return field(
        name,
        "a whole number of 64 bits",
        node -> node.isIntegralNumber() && node.canConvertToLong(),
        JsonNode::longValue);
  }

  Optional<Float> number(String name) {
    return field(name, "a number", JsonNode::isNumber, JsonNode::floatValue);
  }

  Optional<Boolean> bool(String name) {
    return field(name, "true or false", JsonNode::isBoolean, JsonNode::booleanValue);
  }

  Optional<Instant> instant(String name) {
    return field(
            name,
            "an instant such as \"2030-01-31T12:00:00Z\"",
            node -> node.isTextual() && parseInstant(node.textValue()).isPresent(),
            JsonNode::textValue)
        .flatMap(JsonFields::parseInstant);
  }

  <E extends Enum<E>> Optional<E> choice(String name, Class<E> type, List<E> options) {
    List<String> names = options.stream().map(Enum::name).toList();
    return field(
        name,
        "one of " + String.join(", ", names),
        node -> node.isTextual() && names.contains(node.textValue()),
        node -> Enum.valueOf(type, node.textValue()));
  }

  List<Integer> integers(String name) {
    List<Integer> values = new ArrayList<>();
    field(
            name,
            "an array of whole numbers of 32 bits",
            node -> node.isArray() && all(node, JsonNode::isInt),
            Function.identity())
        .ifPresent(array -> array.forEach(node -> values.add(node.intValue())));
    return values;
  }

  Map<String, String> texts(String name) {
    Map<String, String> values = new LinkedHashMap<>();
    field(
            name,
            "an object of strings",
            node -> node.isObject() && all(node, JsonNode::isTextual),
            Function.identity())
        .ifPresent(
            node ->
                node.properties().forEach(e -> values.put(e.getKey(), e.getValue().textValue())));
    values.forEach(
        (key, value) -> {
          requireText(name, key);
          requireText(name + "." + key, value);
        });
    return values;
  }

  private void requireText(String name, String text) {
    LoneSurrogates.find(text)
        .ifPresent(
            character ->
                problems.add(LoneSurrogates.message("\"" + path + name + "\"", character)));
  }

  /** The fields of an object within; empty ones where it is absent. */
  JsonFields object(String name) {
    JsonNode node =
        field(name, "an object", JsonNode::isObject, Function.identity())
            .orElseGet(MissingNode::getInstance);
    return new JsonFields(node, path + name + ".", problems);
  }

  /** Says so where a field is needed and absent. */
  void require(String name) {
    if (!object.hasNonNull(name)) {
      problems.add("\"" + path + name + "\" is missing");
    }
  }

  /** Problems so far and every field that nobody asked for; call it last, once for each object. */
  List<String> finish() {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                String hint =
                    NearestName.of(name, known)
                        .map(near -> "; the nearest known one is \"%s%s\"".formatted(path, near))
                        .orElse("");
                problems.add("unknown field \"%s%s\"%s".formatted(path, name, hint));
              }
            });
    return problems;
  }

  private <T> Optional<T> field(
      String name, String expected, Predicate<JsonNode> matches, Function<JsonNode, T> read) {
    known.add(name);
    JsonNode node = object.get(name);
    if (node == null || node.isNull()) {
      return Optional.empty();
    }
    if (!matches.test(node)) {
      problems.add(
          "\"%s%s\" is %s; it must be %s".formatted(path, name, shortened(node), expected));
      return Optional.empty();
    }
    return Optional.of(read.apply(node));
  }

  private static boolean all(JsonNode nodes, Predicate<JsonNode> test) {
    for (JsonNode node : nodes) {
      if (!test.test(node)) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Instant> parseInstant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static String shortened(JsonNode node) {
    String text = node.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
