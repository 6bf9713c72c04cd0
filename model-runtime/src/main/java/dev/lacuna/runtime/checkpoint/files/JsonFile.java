package dev.lacuna.runtime.checkpoint.files;

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

/**
 * Reads untrusted JSON objects: one object, no duplicate keys, nothing behind it, neither deep nor
 * of so many parts that the tree of them would fill the heap.
 */
public final class JsonFile {

  /** Real files nest to about ten. */
  private static final int MAX_DEPTH = 64;

  /**
   * A part costs up to 110 bytes of heap. Tokenizers of a quarter of a million tokens have 3
   * million parts, headers of ten thousand tensors 120 thousand.
   */
  private static final int MAX_PARTS = 4_000_000;

  private static final int MAX_CHARACTERS_SHOWN = 200;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /** The object that a whole file holds. */
  public static JsonObject read(Path file, long maxBytes) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new CheckpointException(
            file,
            "no such file; a checkpoint folder holds config.json, *.safetensors and"
                + " tokenizer.json");
      }
      long bytes = Files.size(file);
      if (bytes > maxBytes) {
        throw new CheckpointException(
            file, "is " + bytes + " bytes long, expected at most " + maxBytes);
      }
      return parse(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CheckpointException(file, "can't be read: " + e.getMessage(), e);
    }
  }

  /** The object that a piece of a file holds. */
  public static JsonObject parse(Path file, byte[] json) {
    JsonNode node;
    try {
      countParts(file, json);
      node = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(file, "isn't valid JSON: " + shown(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new CheckpointException(file, "isn't valid JSON: " + shown(e.getMessage()), e);
    }
    if (!node.isObject()) {
      throw new CheckpointException(
          file, "holds a JSON " + node.getNodeType() + ", expected an object");
    }
    return new JsonObject(file, "", node);
  }

  /** Reads once without a tree, which costs no heap. */
  private static void countParts(Path file, byte[] json) throws IOException {
    try (JsonParser parser = MAPPER.createParser(json)) {
      int parts = 0;
      while (parser.nextToken() != null) {
        if (++parts > MAX_PARTS) {
          throw new CheckpointException(
              file, "holds more than " + MAX_PARTS + " JSON parts, expected no more");
        }
      }
    }
  }

  private static String shown(String message) {
    if (message == null) {
      return null;
    }
    // The parser adds a place in a source that it doesn't name.
    String kept = message.replaceAll("(?s) \\(start marker at .*", "");
    return kept.length() <= MAX_CHARACTERS_SHOWN
        ? kept
        : kept.substring(0, MAX_CHARACTERS_SHOWN) + "…";
  }
}
