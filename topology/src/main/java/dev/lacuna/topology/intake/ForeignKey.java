package dev.lacuna.topology.intake;

import dev.lacuna.topology.outbox.Clip;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What a record key is that is not the id, in words, with the cure for those one meets. */
final class ForeignKey {
  /** Magic byte and schema id. */
  private static final int FRAME_BYTES = 5;

  private ForeignKey() {}

  /** A key as text, if it is some. */
  static Optional<String> text(byte[] key) {
    if (key == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
    } catch (CharacterCodingException notUtf8) {
      return Optional.empty();
    }
  }

  /** What is wrong with the key of a request, and the cure. */
  static String message(byte[] key, String id) {
    return "The record key is "
        + what(key, id)
        + " and the id is "
        + Clip.quote(id)
        + ": set the key to the UTF-8 bytes of the id"
        + cure(key, id)
        + ".";
  }

  private static String what(byte[] key, String id) {
    if (key == null) {
      return "null";
    }
    if (key.length == 0) {
      return "empty";
    }
    if (isFramed(key, id)) {
      return "the id in the schema registry's framing (a zero byte, a schema id, data)";
    }
    return text(key).map(Clip::quote).orElse("not UTF-8");
  }

  private static String cure(byte[] key, String id) {
    if (key == null || key.length == 0) {
      return "";
    }
    if (isFramed(key, id)) {
      return ", by a serializer for strings and not one for Avro or JSON Schema";
    }
    String text = text(key).orElse("");
    if (text.equals("\"" + id + "\"")) {
      return ", by a serializer for strings and not one for JSON, which adds the quotes";
    }
    return text.strip().equals(id.strip()) ? ", spaces included" : "";
  }

  /** Whether the key is what a registry's serializer makes of the id: data that end with it. */
  private static boolean isFramed(byte[] key, String id) {
    return key.length > FRAME_BYTES
        && key[0] == 0
        && !id.isEmpty()
        && (endsWith(key, id.getBytes(StandardCharsets.UTF_8))
            || endsWith(key, ("\"" + id + "\"").getBytes(StandardCharsets.UTF_8)));
  }

  private static boolean endsWith(byte[] key, byte[] tail) {
    int from = key.length - tail.length;
    return from >= FRAME_BYTES && Arrays.equals(key, from, key.length, tail, 0, tail.length);
  }
}
