package dev.lacuna.runtime.onnx.folder;

import dev.lacuna.runtime.checkpoint.files.FileDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A file that is written once from beginning to end, with its SHA-256 and length.
 *
 * <p>Threading: used by one thread.
 */
final class DigestingFile implements WritableByteChannel {

  private final FileChannel channel;
  private final MessageDigest digest = FileDigest.newDigest();
  private long bytes;

  DigestingFile(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    ByteBuffer seen = from.duplicate();
    int written = channel.write(from);
    digest.update(seen.limit(seen.position() + written));
    bytes += written;
    return written;
  }

  /** Writes all that is left of a buffer. */
  void writeAll(ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      write(from);
    }
  }

  /** Fills up with zeros to a multiple. */
  void alignTo(int multiple) throws IOException {
    int rest = (int) (bytes % multiple);
    if (rest != 0) {
      writeAll(ByteBuffer.allocate(multiple - rest));
    }
  }

  /** Bytes written so far. */
  long bytes() {
    return bytes;
  }

  /** SHA-256 of all that was written, hexadecimal; to be asked for once. */
  String sha256Hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Waits until the disk has it. */
  void force() throws IOException {
    channel.force(true);
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
