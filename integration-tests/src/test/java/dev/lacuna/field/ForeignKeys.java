package dev.lacuna.field;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What serializers make of a record's key that is to be an id, and what careless code does. */
public final class ForeignKeys {
  private static final int SCHEMA_ID = 77;

  private ForeignKeys() {}

  /** Keys of a record with this id, none of them the id, by what made them. */
  public static Map<String, byte[]> of(String id) {
    Map<String, byte[]> keys = new LinkedHashMap<>();
    keys.put("json", utf8("\"" + id + "\""));
    keys.put("avro", avro(id));
    keys.put("empty", new byte[0]);
    keys.put("none", null);
    keys.put("padded", utf8(id + " "));
    keys.put("other", utf8("customer-7"));
    keys.put("huge", utf8("k".repeat(20_000)));
    return keys;
  }

  /** Confluent's framing, then an Avro string: a length as a zig-zag varint, and the text. */
  private static byte[] avro(String id) {
    byte[] text = utf8(id);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(SCHEMA_ID).array());
    int length = text.length << 1;
    while (length > 0x7f) {
      out.write(length & 0x7f | 0x80);
      length >>>= 7;
    }
    out.write(length);
    out.writeBytes(text);
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
