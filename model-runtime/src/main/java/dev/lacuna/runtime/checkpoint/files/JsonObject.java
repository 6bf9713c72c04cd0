package dev.lacuna.runtime.checkpoint.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An untrusted JSON object whose fields are checked as they are read; an absent field and a null
 * one are the same.
 *
 * @param file where it comes from, for messages
 * @param prefix path of the object in the file, for messages: empty, or ending with a dot
 * @param node the object
 */
public record JsonObject(Path file, String prefix, JsonNode node) {

  /** A required whole number within bounds. */
  public int integer(String key, int min, int max) {
    OptionalInt value = optionalInteger(key, min, max);
    if (value.isEmpty()) {
      throw new CheckpointException(file, prefix + key + " is missing, expected a whole number");
    }
    return value.getAsInt();
  }

  /** A whole number within bounds, if present. */
  public OptionalInt optionalInteger(String key, int min, int max) {
    JsonNode value = node.path(key);
    if (absent(value)) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(key, value, "a whole number");
    }
    int number = value.intValue();
    if (number < min || number > max) {
      throw wrong(key, value, "a whole number from " + min + " to " + max);
    }
    return OptionalInt.of(number);
  }

  /** A finite positive number, or the fallback if absent. */
  public double positive(String key, double fallback) {
    JsonNode value = node.path(key);
    if (absent(value)) {
      return fallback;
    }
    if (!value.isNumber() || !(value.doubleValue() > 0) || value.doubleValue() > 1e12) {
      throw wrong(key, value, "a positive number");
    }
    return value.doubleValue();
  }

  /** A boolean, if present. */
  public Optional<Boolean> optionalBool(String key) {
    JsonNode value = node.path(key);
    if (absent(value)) {
      return Optional.empty();
    }
    if (!value.isBoolean()) {
      throw wrong(key, value, "true or false");
    }
    return Optional.of(value.booleanValue());
  }

  /** A text, if present. */
  public Optional<String> optionalText(String key) {
    JsonNode value = node.path(key);
    if (absent(value)) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(key, value, "a text");
    }
    return Optional.of(value.textValue());
  }

  /** An object, if present. */
  public Optional<JsonObject> optionalObject(String key) {
    JsonNode value = node.path(key);
    if (absent(value)) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      throw wrong(key, value, "an object");
    }
    return Optional.of(new JsonObject(file, prefix + key + ".", value));
  }

  /** Refuses keys of an object whose keys are all our own. */
  public void allowOnly(Set<String> keys) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!keys.contains(key)) {
                throw new CheckpointException(
                    file, prefix + key + " is unknown, expected only " + keys);
              }
            });
  }

  /** Refuses a boolean other than expected; an absent one is the expected one. */
  public void mustBe(String key, boolean expected, String why) {
    if (optionalBool(key).orElse(expected) != expected) {
      throw wrong(key, node.get(key), expected + ": " + why);
    }
  }

  /** Refuses a text that is none of those expected; an absent one is the first of them. */
  public void mustBe(String key, List<String> expected) {
    Optional<String> found = optionalText(key);
    if (found.isPresent() && !expected.contains(found.get())) {
      throw wrong(key, node.get(key), oneOf(expected));
    }
  }

  /** Refuses a boolean other than expected, and an absent one, which would mean the other. */
  public void mustState(String key, boolean expected, String why) {
    mustBe(key, expected, why);
    if (absent(node.path(key))) {
      throw new CheckpointException(
          file, prefix + key + " is missing, expected " + expected + ": " + why);
    }
  }

  /** Refuses a text that is none of those expected, and an absent one. */
  public void mustState(String key, List<String> expected) {
    mustBe(key, expected);
    if (absent(node.path(key))) {
      throw new CheckpointException(
          file, prefix + key + " is missing, expected " + oneOf(expected));
    }
  }

  /** Refuses a key that has a value. */
  public void mustBeAbsent(String key, String why) {
    if (!absent(node.path(key))) {
      throw wrong(key, node.get(key), "null: " + why);
    }
  }

  private static String oneOf(List<String> expected) {
    return "\"" + String.join("\" or \"", expected) + "\", the one supported";
  }

  /** Refuses a value that the runtime would get wrong. */
  public CheckpointException wrong(String key, JsonNode found, String expected) {
    String text = found.toString();
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return new CheckpointException(file, prefix + key + " is " + shown + ", expected " + expected);
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
