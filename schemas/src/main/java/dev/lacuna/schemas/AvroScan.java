package dev.lacuna.schemas;

import com.google.common.base.Utf8;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Walks over Avro binary without making anything of it, and tells whether every length, count,
 * index and nesting is possible within the bytes at hand.
 *
 * <p>Avro 1.12.2 checks lengths and counts against the bytes at hand by itself. It recurses as deep
 * as the data say (a schema of somebody else's may be recursive: a StackOverflowError), walks any
 * number of items that take no bytes, replaces what is not UTF-8, believes the sizes of blocks
 * where it skips them, and leaves bytes after the record unread. A record that passes this scan has
 * none of that, allocates in proportion to its size, and is consumed to its last byte.
 *
 * <p>Encoding: <a href="https://avro.apache.org/docs/1.12.0/specification/#binary-encoding">Avro
 * 1.12, binary encoding</a>.
 */
final class AvroScan {

  private static final int DEPTH_MAX = 64;

  /** Items of an array that take no bytes, such as nulls, would let 10 bytes ask for 2^63 items. */
  private static final long EMPTY_ITEMS_MAX = 64;

  /**
   * Values, records and collections included, for each byte. Records that take no bytes, each with
   * two fields of the next kind, would let no byte at all ask for 2^64 values. Our own records have
   * up to two: a union's branch and what it holds.
   */
  private static final long VALUES_PER_BYTE_MAX = 4;

  private static final long VALUES_MIN = 10_000;

  private final byte[] bytes;
  private final long valuesMax;
  private long values;
  private int position;

  private AvroScan(byte[] bytes, int start) {
    this.bytes = bytes;
    this.valuesMax = VALUES_MIN + VALUES_PER_BYTE_MAX * bytes.length;
    this.position = start;
  }

  /**
   * Looks for a fault.
   *
   * @param schema the writer's schema
   * @param bytes a record's value
   * @param start where the Avro binary begins
   * @return one sentence, or empty if the bytes are a record of this schema and nothing more
   */
  static Optional<String> fault(Schema schema, byte[] bytes, int start) {
    AvroScan scan = new AvroScan(bytes, start);
    try {
      scan.skip(schema, 0);
    } catch (Fault fault) {
      return Optional.of(fault.getMessage() + " (at byte " + scan.position + ")");
    }
    int left = bytes.length - scan.position;
    return left == 0 ? Optional.empty() : Optional.of(left + " bytes follow the record");
  }

  private void skip(Schema schema, int depth) throws Fault {
    if (depth > DEPTH_MAX) {
      throw new Fault("nested deeper than " + DEPTH_MAX + " levels");
    }
    if (++values > valuesMax) {
      throw new Fault("more than " + valuesMax + " values in " + bytes.length + " bytes");
    }
    switch (schema.getType()) {
      case NULL -> {}
      case BOOLEAN -> bool();
      case INT -> varint(5);
      case LONG -> varint(10);
      case FLOAT -> advance(4);
      case DOUBLE -> advance(8);
      case FIXED -> advance(schema.getFixedSize());
      case BYTES -> advance(length());
      case STRING -> string();
      case ENUM -> index(schema.getEnumSymbols().size(), "enum");
      case UNION -> {
        int branch = index(schema.getTypes().size(), "union");
        skip(schema.getTypes().get(branch), depth + 1);
      }
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          skip(field.schema(), depth + 1);
        }
      }
      case ARRAY -> blocks(schema.getElementType(), false, depth);
      case MAP -> blocks(schema.getValueType(), true, depth);
    }
  }

  /** Blocks of an array or map: a count, or a negative count and a size in bytes; 0 ends them. */
  private void blocks(Schema items, boolean keyed, int depth) throws Fault {
    long emptyItems = 0;
    for (long count = varint(10); count != 0; count = varint(10)) {
      int blockEnd = count < 0 ? sizedBlockEnd() : -1;
      for (long item = Math.abs(count); item != 0; item--) {
        int before = position;
        if (keyed) {
          string();
        }
        skip(items, depth + 1);
        if (position == before && ++emptyItems > EMPTY_ITEMS_MAX) {
          throw new Fault("more than " + EMPTY_ITEMS_MAX + " items that take no bytes");
        }
      }
      if (blockEnd >= 0 && position != blockEnd) {
        throw new Fault("a block of items does not have the size that it says");
      }
    }
  }

  private int sizedBlockEnd() throws Fault {
    int size = length();
    return position + size;
  }

  private void bool() throws Fault {
    advance(1);
    int value = bytes[position - 1];
    if (value != 0 && value != 1) {
      throw new Fault("a boolean is " + value);
    }
  }

  private void string() throws Fault {
    int length = length();
    if (!Utf8.isWellFormed(bytes, position, length)) {
      throw new Fault("a string is not UTF-8");
    }
    position += length;
  }

  /** Index of an enum symbol or a union branch. */
  private int index(int size, String what) throws Fault {
    long index = varint(5);
    if (index < 0 || index >= size) {
      throw new Fault(what + " index " + index + " is outside 0 to " + (size - 1));
    }
    return (int) index;
  }

  /** A length in bytes that the record still has. */
  private int length() throws Fault {
    long length = varint(10);
    int left = bytes.length - position;
    if (length < 0 || length > left) {
      throw new Fault("a length of " + length + " bytes where " + left + " are left");
    }
    return (int) length;
  }

  /** Zigzag variable-length number of at most so many bytes. */
  private long varint(int bytesMax) throws Fault {
    long raw = 0;
    for (int i = 0; i < bytesMax; i++) {
      advance(1);
      byte next = bytes[position - 1];
      raw |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    throw new Fault("a number takes more than " + bytesMax + " bytes");
  }

  private void advance(int count) throws Fault {
    int left = bytes.length - position;
    if (count > left) {
      throw new Fault(
          "the record ends where " + count + " more bytes belong, " + left + " are left");
    }
    position += count;
  }

  /** Carries a sentence out of the recursion; no stack trace, since hostile bytes are cheap. */
  private static final class Fault extends Exception {

    private static final long serialVersionUID = 1L;

    Fault(String message) {
      super(message, null, false, false);
    }
  }
}
