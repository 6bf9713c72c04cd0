package dev.lacuna.runtime.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads untrusted JSON objects: one object, no duplicate keys, nothing behind it. */
final class JsonFile {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /** The object that a whole file holds. */
  static JsonObject read(Path file, long maxBytes) {
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
  static JsonObject parse(Path file, byte[] json) {
    JsonNode node;
    try {
      node = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(file, "isn't valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException(file, "isn't valid JSON: " + e.getMessage(), e);
    }
    if (!node.isObject()) {
      throw new CheckpointException(
          file, "holds a JSON " + node.getNodeType() + ", expected an object");
    }
    return new JsonObject(file, "", node);
  }
}
