package dev.lacuna.runtime.checkpoint.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** SHA-256 of a file's content. */
public final class FileDigest {

  private static final int CHUNK_BYTES = 1 << 20;

  private FileDigest() {}

  /** 64 hexadecimal digits. */
  public static String sha256(Path file) {
    return sha256(file, bytes -> {});
  }

  /**
   * 64 hexadecimal digits.
   *
   * @param progress gets the bytes read so far, now and then
   * @throws CheckpointException if the file can't be read
   */
  public static String sha256(Path file, LongConsumer progress) {
    MessageDigest digest = newDigest();
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    try (FileChannel channel = FileChannel.open(file)) {
      while (channel.read(chunk.clear()) >= 0) {
        digest.update(chunk.flip());
        progress.accept(channel.position());
      }
    } catch (IOException e) {
      throw new CheckpointException(file, "can't be read: " + e.getMessage(), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A fresh SHA-256. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
