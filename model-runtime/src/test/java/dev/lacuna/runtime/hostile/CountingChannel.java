package dev.lacuna.runtime.hostile;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Counts what is written and keeps nothing. */
final class CountingChannel implements WritableByteChannel {

  private long bytes;

  @Override
  public int write(ByteBuffer from) {
    int count = from.remaining();
    from.position(from.limit());
    bytes += count;
    return count;
  }

  long bytes() {
    return bytes;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
