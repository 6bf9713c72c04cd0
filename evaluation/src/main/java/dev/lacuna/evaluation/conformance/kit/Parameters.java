package dev.lacuna.evaluation.conformance.kit;

import dev.lacuna.runtime.json.JsonObject;
import java.util.HashSet;
import java.util.Set;

/**
 * The parameters of a recorded run. Every one has to be understood: a run with a parameter that was
 * passed over would prove nothing.
 *
 * <p>Threading: owned by the thread that reads.
 */
public final class Parameters {

  private final JsonObject json;
  private final Set<String> understood = new HashSet<>();

  /** Reads from an object, nothing of which is understood yet. */
  public Parameters(JsonObject json) {
    this.json = json;
  }

  /** A text. */
  public String text(String key) {
    understood.add(key);
    return json.text(key);
  }

  /** Which of two texts: whether it is the second. */
  public boolean isSecond(String key, String first, String second) {
    String found = text(key);
    if (!found.equals(first) && !found.equals(second)) {
      throw wrong(key, first + " or " + second);
    }
    return found.equals(second);
  }

  /** A whole number from 1. */
  public int positive(String key) {
    understood.add(key);
    int value = json.integer(key);
    if (value < 1) {
      throw json.wrong(key, "a whole number from 1");
    }
    return value;
  }

  /** A number. */
  public double number(String key) {
    understood.add(key);
    return json.number(key);
  }

  /** A number above 0 and up to 1. */
  public float fraction(String key) {
    double value = number(key);
    if (!(value > 0 && value <= 1)) {
      throw json.wrong(key, "a number above 0 and up to 1");
    }
    return (float) value;
  }

  /** A number that is absent, null, or as given. */
  public double numberOr(String key, double otherwise) {
    understood.add(key);
    return json.has(key) ? json.number(key) : otherwise;
  }

  /** Reads a parameter that only repeats what is known, and makes sure that it does. */
  public void same(String key, Object known) {
    understood.add(key);
    if (json.has(key) && !json.node().get(key).asText().equals(String.valueOf(known))) {
      throw json.wrong(key, known + ", as everywhere else in the kit and the model's files");
    }
  }

  /** A parameter that must be absent or null. */
  public void none(String key, String why) {
    understood.add(key);
    if (json.has(key)) {
      throw json.wrong(key, "null: " + why);
    }
  }

  /** Refuses a value. */
  public RuntimeException wrong(String key, String expected) {
    return json.wrong(key, expected);
  }

  /** Refuses what nobody has asked for. */
  public void allUnderstood() {
    for (String key : json.keys()) {
      if (!understood.contains(key) && json.has(key)) {
        throw json.wrong(key, "no parameter that this version doesn't know");
      }
    }
  }
}
