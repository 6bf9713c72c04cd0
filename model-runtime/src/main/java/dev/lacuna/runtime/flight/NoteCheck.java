package dev.lacuna.runtime.flight;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Checksum of bytes in the file and of the life's number there: what an earlier life wrote does not
 * pass for this one's.
 *
 * <p>Threading: owned by one thread.
 */
final class NoteCheck {
  private final ByteBuffer bytes;
  private final CRC32C crc = new CRC32C();

  NoteCheck(ByteBuffer map) {
    this.bytes = map.duplicate();
  }

  int of(int at, int length) {
    crc.reset();
    update(FlightLayout.LIFE, 2 * Long.BYTES);
    update(at, length);
    return (int) crc.getValue();
  }

  private void update(int at, int length) {
    crc.update(bytes.limit(at + length).position(at));
  }
}
