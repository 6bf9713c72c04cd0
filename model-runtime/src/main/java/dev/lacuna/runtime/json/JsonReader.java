package dev.lacuna.runtime.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Reads untrusted JSON objects: one object, no duplicate keys, nothing behind it, neither deep nor
 * of so many parts that the tree of them would fill the heap.
 *
 * @param errors what problems are thrown as
 * @param ifAbsent what is said of a file that isn't there
 */
public record JsonReader(JsonErrors errors, String ifAbsent) {

  /** Real files nest to about ten; the native tokenizers' parser stops at 128. */
  private static final int MAX_DEPTH = 64;

  /**
   * A part costs up to 110 bytes of heap. Tokenizers of a quarter of a million tokens have 3
   * million parts, headers of ten thousand tensors 120 thousand.
   */
  private static final int MAX_PARTS = 4_000_000;

  private static final int MAX_CHARACTERS_SHOWN = 200;

  /**
   * What Jackson tells programmers: features to set, classes it would have made, a place in a
   * source that it doesn't name.
   */
  private static final Pattern HINTS =
      Pattern.compile(
          "(?s): enable `.*| \\(bound as .*|: not allowed as per .*"
              + "|: maybe a \\(non-standard\\).*| \\([^()]*Feature.*| \\(start marker at .*");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Any value, read as strictly.
   *
   * @throws JsonProcessingException if it is no JSON; {@link #reason} has a sentence for it
   */
  public static JsonNode tree(String json) throws JsonProcessingException {
    return MAPPER.readTree(json);
  }

  /** What is wrong with a text that is no JSON, without what only programmers understand. */
  public static String reason(JsonProcessingException e) {
    return reason(e.getOriginalMessage());
  }

  private static String reason(String message) {
    if (message == null) {
      return null;
    }
    String kept = HINTS.matcher(message).replaceAll("");
    return kept.length() <= MAX_CHARACTERS_SHOWN
        ? kept
        : kept.substring(0, MAX_CHARACTERS_SHOWN) + "…";
  }

  /** The object that a whole file holds. */
  public JsonObject read(Path file, long maxBytes) {
    try {
      if (!Files.isRegularFile(file)) {
        throw errors.of(file, ifAbsent, null);
      }
      long bytes = Files.size(file);
      if (bytes > maxBytes) {
        throw errors.of(file, "is " + bytes + " bytes long, expected at most " + maxBytes, null);
      }
      return parse(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw errors.of(file, "can't be read: " + e.getMessage(), e);
    }
  }

  /** The object that a piece of a file holds. */
  public JsonObject parse(Path file, byte[] json) {
    JsonNode node;
    try {
      countParts(file, json);
      node = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw errors.of(file, "isn't valid JSON: " + reason(e), e);
    } catch (IOException e) {
      throw errors.of(file, "isn't valid JSON: " + reason(e.getMessage()), e);
    }
    if (!node.isObject()) {
      throw errors.of(file, "holds a JSON " + node.getNodeType() + ", expected an object", null);
    }
    return new JsonObject(file, "", node, errors);
  }

  /** Reads once without a tree, which costs no heap. */
  private void countParts(Path file, byte[] json) throws IOException {
    try (JsonParser parser = MAPPER.createParser(json)) {
      int parts = 0;
      while (parser.nextToken() != null) {
        if (++parts > MAX_PARTS) {
          throw errors.of(
              file, "holds more than " + MAX_PARTS + " JSON parts, expected no more", null);
        }
      }
    }
  }
}
