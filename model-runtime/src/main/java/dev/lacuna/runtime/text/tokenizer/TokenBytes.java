package dev.lacuna.runtime.text.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/** Upper bounds of the UTF-8 bytes that a token of a {@code tokenizer.json} can decode to. */
final class TokenBytes {

  /** UTF-8 bytes of U+FFFD, which a byte of no valid sequence becomes. */
  private static final int REPLACEMENT_BYTES = 3;

  /** Byte-level vocabularies write the bytes 0 to 32 and 127 as U+0100 to U+0121 (GPT-2). */
  private static final char FIRST_SHIFTED = 0x100;

  private static final char LAST_SHIFTED_ASCII = 0x121;
  private static final char LAST_SHIFTED = 0x143;

  private TokenBytes() {}

  /** Whether a decoder turns characters into bytes, one to one, as GPT-2 does. */
  static boolean decodesBytes(JsonNode decoder) {
    if (decoder.path("type").asText().equals("ByteLevel")) {
      return true;
    }
    for (JsonNode part : decoder.path("decoders")) {
      if (decodesBytes(part)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A byte-level token. An ASCII byte is always one character of text; any other byte is part of a
   * valid sequence, or at worst becomes a U+FFFD of its own.
   */
  static int ofBytes(String token) {
    int bytes = 0;
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (c > LAST_SHIFTED) {
        return ofText(token); // outside the byte alphabet: the decoder passes it through
      }
      boolean ascii = c < 0x80 || (c >= FIRST_SHIFTED && c <= LAST_SHIFTED_ASCII);
      bytes += ascii ? 1 : REPLACEMENT_BYTES;
    }
    return bytes;
  }

  /**
   * A token that stands as text; decoders may add a space ({@code WordPiece}) or turn it into one
   * byte ({@code ByteFallback}), which may become U+FFFD.
   */
  static int ofText(String token) {
    int bytes = token.getBytes(StandardCharsets.UTF_8).length;
    return Math.max(bytes, REPLACEMENT_BYTES) + 1;
  }
}
