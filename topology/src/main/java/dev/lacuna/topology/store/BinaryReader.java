package dev.lacuna.topology.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link BinaryWriter} wrote. Every length is checked against the bytes that are left
 * before anything is allocated; whatever doesn't fit is a {@link StoreFormatException}.
 */
final class BinaryReader {
  private final String store;
  private final ByteBuffer buffer;
  private final int version;

  /** Reads one version. */
  BinaryReader(String store, int version, byte[] bytes) {
    this(store, version, version, bytes);
  }

  /**
   * Checks the version byte.
   *
   * @param store names the store in errors
   * @param oldest the first version that can be read
   * @param newest the last version that can be read
   */
  BinaryReader(String store, int oldest, int newest, byte[] bytes) {
    this.store = store;
    this.buffer = ByteBuffer.wrap(bytes);
    this.version = getByte();
    if (version < oldest || version > newest) {
      throw new StoreFormatException(
          "Store "
              + store
              + " holds format version "
              + version
              + ", this worker reads "
              + (oldest == newest ? "version " + newest : "versions " + oldest + " to " + newest)
              + ": start the worker version that wrote it, or let that one drain the store first.");
    }
  }

  /** The version byte. */
  int version() {
    return version;
  }

  int getByte() {
    need(1);
    return buffer.get() & 0xff;
  }

  boolean getBoolean() {
    int value = getByte();
    if (value > 1) {
      throw damaged("a flag is " + value + ", not 0 or 1");
    }
    return value == 1;
  }

  int getInt() {
    need(Integer.BYTES);
    return buffer.getInt();
  }

  long getLong() {
    need(Long.BYTES);
    return buffer.getLong();
  }

  float getFloat() {
    need(Float.BYTES);
    return buffer.getFloat();
  }

  /**
   * A number of items that follow.
   *
   * @param itemBytes the fewest bytes that one item takes, at least 1
   */
  int getCount(int itemBytes) {
    int count = getInt();
    if (count < 0 || (long) count * itemBytes > buffer.remaining()) {
      throw damaged("a list of " + count + " items can't fit in what is left");
    }
    return count;
  }

  /** So many bytes, without a length before them. */
  byte[] getBytes(int length) {
    need(length);
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  /** Bytes, or null. */
  byte[] getBytes() {
    int length = getInt();
    if (length == -1) {
      return null;
    }
    if (length < 0) {
      throw damaged("a length is " + length);
    }
    return getBytes(length);
  }

  /** A string, or null. */
  String getString() {
    byte[] bytes = getBytes();
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  /** A string that can't be null. */
  String getText() {
    String text = getString();
    if (text == null) {
      throw damaged("a text is missing");
    }
    return text;
  }

  /** Checks that nothing is left. */
  void end() {
    if (buffer.hasRemaining()) {
      throw damaged(buffer.remaining() + " bytes are left over");
    }
  }

  StoreFormatException damaged(String what) {
    return new StoreFormatException(
        "Store "
            + store
            + " is damaged at byte "
            + buffer.position()
            + " of "
            + buffer.limit()
            + ": "
            + what
            + ". Wipe the local state folder, so that it is restored from the changelog.");
  }

  private void need(int bytes) {
    if (buffer.remaining() < bytes) {
      throw damaged(bytes + " bytes wanted, " + buffer.remaining() + " left");
    }
  }
}
