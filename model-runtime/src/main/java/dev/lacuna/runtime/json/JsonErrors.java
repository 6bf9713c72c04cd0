package dev.lacuna.runtime.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/** The exceptions of whoever reads: what a sentence about JSON is thrown as. */
@FunctionalInterface
public interface JsonErrors {

  /** Characters of a value that a sentence repeats. */
  int SHOWN_CHARACTERS = 60;

  /**
   * An exception.
   *
   * @param cause null where there is none
   */
  RuntimeException of(Path file, String message, Throwable cause);

  /**
   * What a field holds that it must not.
   *
   * @param field its path in the file
   * @param found a missing node where it is absent
   */
  default RuntimeException wrong(Path file, String field, JsonNode found, String expected) {
    String state = found.isMissingNode() ? " is missing" : " is " + shown(found);
    return of(file, field + state + ", expected " + expected, null);
  }

  /** A value as sentences repeat it. */
  static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
  }
}
