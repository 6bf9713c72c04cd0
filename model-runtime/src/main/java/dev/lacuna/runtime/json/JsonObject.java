package dev.lacuna.runtime.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * An untrusted JSON object whose fields are checked as they are read. Where a field is optional, an
 * absent one and a null one are the same. Anything of another type than expected is an exception of
 * the reader's.
 *
 * @param file where it comes from, for messages
 * @param prefix path of the object in the file, for messages: empty, or ending with a dot
 * @param node the object
 * @param errors what problems are thrown as
 */
public record JsonObject(Path file, String prefix, JsonNode node, JsonErrors errors) {

  private static final String WHOLE = "a whole number";
  private static final String TEXT = "a text";
  private static final String OBJECT = "an object";
  private static final String BOOL = "true or false";

  /** Whether a field is there and not null. */
  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** The names of all fields, in order. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /**
   * A value of any kind, if present.
   *
   * @param expected the kind, for messages
   */
  public <T> Optional<T> optional(
      String key, String expected, Predicate<JsonNode> isOne, Function<JsonNode, T> read) {
    return has(key) ? Optional.of(required(key, expected, isOne, read)) : Optional.empty();
  }

  private <T> T required(
      String key, String expected, Predicate<JsonNode> isOne, Function<JsonNode, T> read) {
    return checked(key, node.path(key), expected, isOne, read);
  }

  private <T> T checked(
      String name,
      JsonNode value,
      String expected,
      Predicate<JsonNode> isOne,
      Function<JsonNode, T> read) {
    if (!isOne.test(value)) {
      throw wrong(name, value, expected);
    }
    return read.apply(value);
  }

  /** A whole number. */
  public int integer(String key) {
    return toInt(key, node.path(key));
  }

  /** A whole number, if present. */
  public OptionalInt optionalInteger(String key) {
    return has(key) ? OptionalInt.of(integer(key)) : OptionalInt.empty();
  }

  /** A whole number within bounds. */
  public int integer(String key, int min, int max) {
    return optionalInteger(key, min, max).orElseThrow(() -> missing(key, WHOLE));
  }

  /** A whole number within bounds, if present. */
  public OptionalInt optionalInteger(String key, int min, int max) {
    OptionalInt value = optionalInteger(key);
    if (value.isPresent() && (value.getAsInt() < min || value.getAsInt() > max)) {
      throw wrong(key, WHOLE + " from " + min + " to " + max);
    }
    return value;
  }

  private int toInt(String name, JsonNode value) {
    return checked(
        name,
        value,
        WHOLE,
        found -> found.isIntegralNumber() && found.canConvertToInt(),
        JsonNode::intValue);
  }

  /** A number. */
  public double number(String key) {
    return toNumber(key, node.path(key));
  }

  private double toNumber(String name, JsonNode value) {
    return checked(name, value, "a number", JsonNode::isNumber, JsonNode::doubleValue);
  }

  /** A finite positive number, or the fallback if absent. */
  public double positive(String key, double fallback) {
    return optional(
            key,
            "a positive number",
            value -> value.isNumber() && value.doubleValue() > 0 && value.doubleValue() <= 1e12,
            JsonNode::doubleValue)
        .orElse(fallback);
  }

  /** A boolean. */
  public boolean bool(String key) {
    return required(key, BOOL, JsonNode::isBoolean, JsonNode::booleanValue);
  }

  /** A boolean, if present. */
  public Optional<Boolean> optionalBool(String key) {
    return optional(key, BOOL, JsonNode::isBoolean, JsonNode::booleanValue);
  }

  /** A text. */
  public String text(String key) {
    return required(key, TEXT, JsonNode::isTextual, JsonNode::textValue);
  }

  /** A text, if present. */
  public Optional<String> optionalText(String key) {
    return optional(key, TEXT, JsonNode::isTextual, JsonNode::textValue);
  }

  /** An object. */
  public JsonObject object(String key) {
    return optionalObject(key).orElseThrow(() -> missing(key, OBJECT));
  }

  /** An object, if present. */
  public Optional<JsonObject> optionalObject(String key) {
    return optional(key, OBJECT, JsonNode::isObject, value -> within(key, value));
  }

  /** An object that stands in a field of this one. */
  public JsonObject within(String key, JsonNode value) {
    return new JsonObject(file, prefix + key + ".", value, errors);
  }

  /** A list of objects. */
  public List<JsonObject> objects(String key) {
    return list(
        key,
        (name, value) ->
            checked(name, value, OBJECT, JsonNode::isObject, found -> within(name, found)));
  }

  /** A list of texts. */
  public List<String> texts(String key) {
    return list(
        key, (name, value) -> checked(name, value, TEXT, JsonNode::isTextual, JsonNode::textValue));
  }

  /** A list of whole numbers. */
  public int[] integers(String key) {
    return list(key, this::toInt).stream().mapToInt(Integer::intValue).toArray();
  }

  /** As {@link #integers}, or null where the field is null or absent. */
  public int[] integersOrNull(String key) {
    return has(key) ? integers(key) : null;
  }

  /** Numbers; null stands for minus infinity. */
  public double[] numbers(String key) {
    return list(key, this::numberOrNone).stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** As {@link #numbers}, or null where the field is null or absent. */
  public double[] numbersOrNull(String key) {
    return has(key) ? numbers(key) : null;
  }

  private double numberOrNone(String name, JsonNode value) {
    return value.isNull() ? Double.NEGATIVE_INFINITY : toNumber(name, value);
  }

  private <T> List<T> list(String key, BiFunction<String, JsonNode, T> element) {
    JsonNode value = required(key, "a list", JsonNode::isArray, Function.identity());
    List<T> values = new ArrayList<>(value.size());
    for (int i = 0; i < value.size(); i++) {
      values.add(element.apply(key + "[" + i + "]", value.get(i)));
    }
    return values;
  }

  /** Refuses keys of an object whose keys are all our own. */
  public void allowOnly(Set<String> keys) {
    for (String key : keys()) {
      if (!keys.contains(key)) {
        throw errors.of(file, prefix + key + " is unknown, expected only " + keys, null);
      }
    }
  }

  /** Refuses a boolean other than expected; an absent one is the expected one. */
  public void mustBe(String key, boolean expected, String why) {
    if (optionalBool(key).orElse(expected) != expected) {
      throw wrong(key, expected + ": " + why);
    }
  }

  /** Refuses a text that is none of those expected; an absent one is the first of them. */
  public void mustBe(String key, List<String> expected) {
    Optional<String> found = optionalText(key);
    if (found.isPresent() && !expected.contains(found.get())) {
      throw wrong(key, oneOf(expected));
    }
  }

  /** Refuses a boolean other than expected, and an absent one, which would mean the other. */
  public void mustState(String key, boolean expected, String why) {
    mustBe(key, expected, why);
    if (!has(key)) {
      throw missing(key, expected + ": " + why);
    }
  }

  /** Refuses a text that is none of those expected, and an absent one. */
  public void mustState(String key, List<String> expected) {
    mustBe(key, expected);
    if (!has(key)) {
      throw missing(key, oneOf(expected));
    }
  }

  /** Refuses a key that has a value. */
  public void mustBeAbsent(String key, String why) {
    if (has(key)) {
      throw wrong(key, "null: " + why);
    }
  }

  private static String oneOf(List<String> expected) {
    return "\"" + String.join("\" or \"", expected) + "\", the one supported";
  }

  /** Refuses a field's value. */
  public RuntimeException wrong(String key, String expected) {
    return wrong(key, node.path(key), expected);
  }

  /** Refuses a value that stands in or below a field. */
  public RuntimeException wrong(String name, JsonNode found, String expected) {
    return errors.wrong(file, prefix + name, found, expected);
  }

  /** Refuses the absence of a field, or null. */
  private RuntimeException missing(String key, String expected) {
    return wrong(key, MissingNode.getInstance(), expected);
  }
}
