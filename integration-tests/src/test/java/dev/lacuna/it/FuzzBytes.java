package dev.lacuna.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** Bytes on the wire, by hand: framing, Avro's numbers, and whole records. Appends in order. */
final class FuzzBytes {
  static final int FRAME_BYTES = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Confluent's framing. */
  static FuzzBytes framed(int schemaId) {
    return new FuzzBytes()
        .raw(ByteBuffer.allocate(FRAME_BYTES).put((byte) 0).putInt(schemaId).array());
  }

  static byte[] of(int schemaId, IndexedRecord record) {
    ByteArrayOutputStream avro = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(avro, null);
    try {
      new SpecificDatumWriter<IndexedRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return framed(schemaId).raw(avro.toByteArray()).get();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  FuzzBytes raw(byte... more) {
    bytes.writeBytes(more);
    return this;
  }

  /** Avro's int, long, length, count and index: zigzag, seven bits a byte. */
  FuzzBytes number(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    while ((zigzag & ~0x7fL) != 0) {
      bytes.write((int) ((zigzag & 0x7f) | 0x80));
      zigzag >>>= 7;
    }
    bytes.write((int) zigzag);
    return this;
  }

  FuzzBytes string(String text) {
    byte[] utf8 = utf8(text);
    return number(utf8.length).raw(utf8);
  }

  byte[] get() {
    return bytes.toByteArray();
  }
}
