package dev.lacuna.cli.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lacuna.runtime.json.JsonErrors;
import dev.lacuna.runtime.json.JsonObject;
import dev.lacuna.worker.config.NearestName;
import java.nio.file.Path;
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
 * problem. A field that is absent or null is empty. Problems are gathered, so that a line's author
 * sees all of them.
 *
 * <p>Threading: used by the thread that creates it.
 */
final class LineFields {

  /** A field that can't be read. */
  private static final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Problem(String message) {
      super(message);
    }
  }

  private static final JsonErrors ERRORS =
      new JsonErrors() {
        @Override
        public RuntimeException of(Path file, String message, Throwable cause) {
          return new Problem(message);
        }

        @Override
        public RuntimeException wrong(Path file, String field, JsonNode found, String expected) {
          return new Problem(
              "\"%s\" is %s; it must be %s".formatted(field, JsonErrors.shown(found), expected));
        }
      };

  private final JsonObject object;
  private final List<String> problems;
  private final List<String> known = new ArrayList<>();

  private LineFields(JsonObject object, List<String> problems) {
    this.object = object;
    this.problems = problems;
  }

  /** Reads a whole line's object. */
  static LineFields of(JsonNode object) {
    return new LineFields(new JsonObject(Path.of(""), "", object, ERRORS), new ArrayList<>());
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
        .flatMap(LineFields::parseInstant);
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
                problems.add(
                    LoneSurrogates.message("\"" + object.prefix() + name + "\"", character)));
  }

  /** The fields of an object within; empty ones where it is absent. */
  LineFields object(String name) {
    JsonNode node =
        field(name, "an object", JsonNode::isObject, Function.identity())
            .orElseGet(MissingNode::getInstance);
    return new LineFields(object.within(name, node), problems);
  }

  /** Says so where a field is needed and absent. */
  void require(String name) {
    if (!object.has(name)) {
      problems.add("\"" + object.prefix() + name + "\" is missing");
    }
  }

  /** Problems so far and every field that nobody asked for; call it last, once for each object. */
  List<String> finish() {
    String path = object.prefix();
    for (String name : object.keys()) {
      if (!known.contains(name)) {
        String hint =
            NearestName.of(name, known)
                .map(near -> "; the nearest known one is \"%s%s\"".formatted(path, near))
                .orElse("");
        problems.add("unknown field \"%s%s\"%s".formatted(path, name, hint));
      }
    }
    return problems;
  }

  private <T> Optional<T> field(
      String name, String expected, Predicate<JsonNode> isOne, Function<JsonNode, T> read) {
    known.add(name);
    try {
      return object.optional(name, expected, isOne, read);
    } catch (Problem problem) {
      problems.add(problem.getMessage());
      return Optional.empty();
    }
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
}
