package dev.lacuna.runtime.checkpoint;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.FileDigest;
import dev.lacuna.runtime.facts.FactOverrides;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Names the content of a checkpoint's files. */
public final class Revision {

  private static final int CHUNK_BYTES = 1 << 20;

  private Revision() {}

  /** SHA-256 over each file's name, length and bytes, in the order given; 64 hexadecimal digits. */
  public static String of(List<Path> files) {
    MessageDigest digest = FileDigest.newDigest();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file)) {
        String heading = file.getFileName() + "\n" + channel.size() + "\n";
        digest.update(heading.getBytes(StandardCharsets.UTF_8));
        while (channel.read(chunk.clear()) >= 0) {
          digest.update(chunk.flip());
        }
      } catch (IOException e) {
        throw new CheckpointException(file, "can't be read: " + e.getMessage(), e);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * The revision of files that are read with facts of the user's: other facts make another model of
   * the same files, and what ran under one must not go on under the other.
   */
  static String with(String revision, FactOverrides overrides) {
    if (revision.isEmpty() || overrides.equals(FactOverrides.NONE)) {
      return revision;
    }
    String both = revision + "\n" + overrides;
    return HexFormat.of()
        .formatHex(FileDigest.newDigest().digest(both.getBytes(StandardCharsets.UTF_8)));
  }
}
