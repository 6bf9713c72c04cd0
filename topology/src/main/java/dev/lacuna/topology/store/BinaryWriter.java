package dev.lacuna.topology.store;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes the store formats: big-endian numbers, byte arrays and UTF-8 strings behind their length
 * in bytes as an int, where -1 stands for null.
 */
final class BinaryWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private final DataOutputStream out = new DataOutputStream(bytes);

  /** Starts with the version byte, which every format has first. */
  BinaryWriter(int version) {
    write(() -> out.writeByte(version));
  }

  BinaryWriter putByte(int value) {
    return write(() -> out.writeByte(value));
  }

  BinaryWriter putBoolean(boolean value) {
    return putByte(value ? 1 : 0);
  }

  BinaryWriter putInt(int value) {
    return write(() -> out.writeInt(value));
  }

  BinaryWriter putLong(long value) {
    return write(() -> out.writeLong(value));
  }

  BinaryWriter putFloat(float value) {
    return write(() -> out.writeFloat(value));
  }

  BinaryWriter putBytes(byte[] value) {
    if (value == null) {
      return putInt(-1);
    }
    putInt(value.length);
    return write(() -> out.write(value));
  }

  /** Bytes without their length before them. */
  BinaryWriter putRaw(byte[] value) {
    return write(() -> out.write(value));
  }

  BinaryWriter putString(String value) {
    return putBytes(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private BinaryWriter write(Write write) {
    try {
      write.run();
    } catch (IOException impossible) {
      throw new UncheckedIOException("a byte array can't fail to be written", impossible);
    }
    return this;
  }

  private interface Write {
    void run() throws IOException;
  }
}
