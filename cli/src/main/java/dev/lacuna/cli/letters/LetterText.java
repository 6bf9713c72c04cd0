package dev.lacuna.cli.letters;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.console.Visible;
import dev.lacuna.worker.kafka.StoredLetter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.header.Header;

/** A dead letter for people and for programs. Its bytes are a stranger's. */
final class LetterText {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int SHORT_CHARS = 40;
  private static final int HEAD_BYTES = 64;

  /** Magic byte and schema id before an Avro value. */
  private static final int FRAME_BYTES = 5;

  private LetterText() {}

  /** When it was written, in UTC. */
  static String time(StoredLetter letter) {
    return Instant.ofEpochMilli(letter.writtenMillis()).toString();
  }

  /** To the second, in UTC. */
  static String time(long epochMillis) {
    return Instant.ofEpochSecond(Math.floorDiv(epochMillis, 1000L)).toString();
  }

  /** A stranger's text as a cell of a table: visible, of one line and short. */
  static String cell(String text) {
    String line = Visible.of(text).replace('\n', ' ').replace('\t', ' ');
    return line.codePointCount(0, line.length()) <= SHORT_CHARS
        ? line
        : line.substring(0, line.offsetByCodePoints(0, SHORT_CHARS)) + "…";
  }

  /** Its key, short enough for a column. */
  static String shortKey(StoredLetter letter) {
    return cell(bytes(letter.key()));
  }

  /** All there is to say of it. */
  static List<String> lines(StoredLetter letter, boolean retried, String decoded) {
    List<String> lines = new ArrayList<>();
    lines.add("place      " + letter.place() + (retried ? "  (sent again)" : ""));
    lines.add("written    " + time(letter));
    lines.add("code       " + Visible.of(letter.code()));
    lines.add("message    " + Visible.of(letter.message()));
    lines.add("source     " + Visible.of(letter.sourcePlace()));
    lines.add("retries    " + letter.retries());
    letter.cut().ifPresent(cut -> lines.add("cut        " + Visible.of(cut)));
    lines.add("key        " + bytes(letter.key()));
    for (Header header : letter.headers()) {
      if (!header.key().startsWith("lacuna.dead.")) {
        lines.add("header     " + Visible.of(header.key()) + " = " + bytes(header.value()));
      }
    }
    lines.add("value      " + value(letter.value()));
    lines.add("decoded    " + Visible.of(decoded));
    return lines;
  }

  /** One JSON object. */
  static String json(StoredLetter letter, boolean retried) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("type", "deadLetter");
    node.put("partition", letter.partition());
    node.put("offset", letter.offset());
    node.put("written", time(letter));
    node.put("code", letter.code());
    node.put("message", letter.message());
    node.put("source", letter.sourcePlace());
    node.put("cut", letter.cut().orElse(null));
    node.put("retries", letter.retries());
    node.put("retried", retried);
    node.put("key", letter.key());
    node.put("value", letter.value());
    ArrayNode headers = node.putArray("headers");
    letter
        .headers()
        .forEach(
            header -> headers.addObject().put("name", header.key()).put("value", header.value()));
    return node.toString();
  }

  private static String value(byte[] value) {
    if (value == null) {
      return "null";
    }
    String framed =
        value.length >= FRAME_BYTES && value[0] == 0
            ? ", schema id " + ByteBuffer.wrap(value).getInt(1)
            : "";
    return value.length + " bytes" + framed + ": " + head(value);
  }

  private static String head(byte[] bytes) {
    boolean all = bytes.length <= HEAD_BYTES;
    return HexFormat.of().formatHex(all ? bytes : Arrays.copyOf(bytes, HEAD_BYTES))
        + (all ? "" : "…");
  }

  /** As text if it is, else in hexadecimal digits. */
  private static String bytes(byte[] bytes) {
    if (bytes == null) {
      return "null";
    }
    try {
      return Visible.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException noText) {
      return "0x" + head(bytes);
    }
  }
}
