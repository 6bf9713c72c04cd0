package dev.lacuna.evaluation.baseline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.console.FileProblem;
import dev.lacuna.runtime.check.Checked;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Texts without blanks, one JSON object with a field {@code text} a line; other fields may be. */
public final class HeldOutFile {

  /** Code of every refusal. */
  public static final String INVALID_FILE = "INVALID_FILE";

  private static final JsonMapper MAPPER = new JsonMapper();

  private HeldOutFile() {}

  /**
   * Reads all texts.
   *
   * @return at least one, in the order of the file; or the first line at fault
   */
  public static Checked<List<String>> read(Path file) {
    List<String> texts = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          Checked<String> text = text(line, file + ", line " + number + ": ");
          if (text instanceof Checked.Refused<String> refused) {
            return new Checked.Refused<>(refused.refusal());
          }
          texts.add(((Checked.Valid<String>) text).value());
        }
      }
    } catch (IOException e) {
      return refused("the documents file " + FileProblem.of(file.toString(), e));
    }
    return texts.isEmpty()
        ? refused(file + " holds no document; it needs one JSON object with a \"text\" a line")
        : Checked.valid(texts);
  }

  private static Checked<String> text(String line, String where) {
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      return refused(where + "it is no JSON: " + e.getOriginalMessage());
    }
    JsonNode text = node.get("text");
    if (text == null || !text.isTextual() || text.textValue().isEmpty()) {
      String found = text == null ? "missing" : text.isTextual() ? "empty" : "no string";
      return refused(
          where + "\"text\" is " + found + "; each line is an object such as {\"text\": \"…\"}");
    }
    return Checked.valid(text.textValue());
  }

  private static <T> Checked<T> refused(String message) {
    return Checked.refused(INVALID_FILE, "documents", message);
  }
}
