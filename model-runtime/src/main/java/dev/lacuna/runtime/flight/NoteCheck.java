package dev.lacuna.runtime.flight;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Checksum of bytes in the file, different in every life: what an earlier one wrote does not pass
 * for this one's.
 *
 * <p>Threading: owned by one thread.
 */
final class NoteCheck {
  private final ByteBuffer bytes;
  private final int life;
  private final CRC32C crc = new CRC32C();

  NoteCheck(ByteBuffer map, UUID life) {
    this.bytes = map.duplicate();
    this.life = life.hashCode();
  }

  int of(int at, int length) {
    crc.reset();
    crc.update(bytes.limit(at + length).position(at));
    return (int) crc.getValue() ^ life;
  }
}
