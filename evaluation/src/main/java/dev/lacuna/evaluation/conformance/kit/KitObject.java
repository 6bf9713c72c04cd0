package dev.lacuna.evaluation.conformance.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/**
 * An object in a kit's file, with its fields checked as they are read.
 *
 * @param file where it stands
 * @param prefix path of the object in the file, for messages
 * @param node the object
 */
public record KitObject(Path file, String prefix, JsonNode node) {

  private static final int SHOWN_CHARS = 60;

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

  /** A text; anything else is a {@link KitException}, here and below. */
  public String text(String key) {
    JsonNode value = node.path(key);
    if (!value.isTextual()) {
      throw wrong(key, "a text");
    }
    return value.textValue();
  }

  Optional<String> optionalText(String key) {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  /** A whole number. */
  public int integer(String key) {
    return toInt(key, node.path(key));
  }

  OptionalInt optionalInteger(String key) {
    return has(key) ? OptionalInt.of(integer(key)) : OptionalInt.empty();
  }

  /** A number. */
  public double number(String key) {
    return toNumber(key, node.path(key));
  }

  boolean bool(String key) {
    JsonNode value = node.path(key);
    if (!value.isBoolean()) {
      throw wrong(key, "true or false");
    }
    return value.booleanValue();
  }

  /** An object. */
  public KitObject object(String key) {
    JsonNode value = node.path(key);
    if (!value.isObject()) {
      throw wrong(key, "an object");
    }
    return new KitObject(file, prefix + key + ".", value);
  }

  /** A list of objects. */
  public List<KitObject> objects(String key) {
    return list(
        key,
        (name, value) -> {
          if (!value.isObject()) {
            throw wrong(name, value, "an object");
          }
          return new KitObject(file, prefix + name + ".", value);
        });
  }

  /** A list of texts. */
  public List<String> texts(String key) {
    return list(
        key,
        (name, value) -> {
          if (!value.isTextual()) {
            throw wrong(name, value, "a text");
          }
          return value.textValue();
        });
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

  private double toNumber(String name, JsonNode value) {
    if (!value.isNumber()) {
      throw wrong(name, value, "a number");
    }
    return value.doubleValue();
  }

  private int toInt(String name, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(name, value, "a whole number");
    }
    return value.intValue();
  }

  private <T> List<T> list(String key, BiFunction<String, JsonNode, T> element) {
    JsonNode value = node.path(key);
    if (!value.isArray()) {
      throw wrong(key, "a list");
    }
    List<T> values = new ArrayList<>(value.size());
    for (int i = 0; i < value.size(); i++) {
      values.add(element.apply(key + "[" + i + "]", value.get(i)));
    }
    return values;
  }

  /** Refuses a field's value. */
  public KitException wrong(String key, String expected) {
    return wrong(key, node.path(key), expected);
  }

  private KitException wrong(String name, JsonNode found, String expected) {
    if (found.isMissingNode()) {
      return new KitException(file, prefix + name + " is missing, expected " + expected);
    }
    String text = found.toString();
    String shown = text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
    return new KitException(file, prefix + name + " is " + shown + ", expected " + expected);
  }
}
