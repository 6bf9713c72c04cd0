package dev.lacuna.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;

/**
 * A folder that goes with the server that lives in it.
 *
 * @param path absolute
 */
public record TemporaryFolder(Path path) {

  /** A process that was just killed, or another thread, may still write or delete there. */
  private static final int TRIES = 10;

  private static final Duration PAUSE = Duration.ofMillis(50);

  /**
   * Makes a new folder.
   *
   * @throws LocalServerException if that can't be done
   */
  public static TemporaryFolder under(Path parent, String prefix) {
    try {
      if (!Files.isDirectory(parent)) {
        Files.createDirectories(parent);
      }
      return new TemporaryFolder(Files.createTempDirectory(parent, prefix).toAbsolutePath());
    } catch (IOException e) {
      throw new LocalServerException("no temporary folder can be made under " + parent, e);
    }
  }

  /** Makes a new folder where the system keeps temporary ones. */
  public static TemporaryFolder make(String prefix) {
    return under(Path.of(System.getProperty("java.io.tmpdir")), prefix);
  }

  /**
   * Deletes the folder and all in it, while others may delete there too; fine if it is gone
   * already.
   *
   * @throws UncheckedIOException if something is left after several tries
   */
  public void delete() {
    IOException failure = null;
    for (int attempt = 0; attempt < TRIES && Files.exists(path); attempt++) {
      try {
        if (attempt > 0) {
          Thread.sleep(PAUSE.toMillis());
        }
        Files.walkFileTree(path, new Deleter());
      } catch (IOException e) {
        failure = e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    if (Files.exists(path)) {
      throw new UncheckedIOException(
          "the folder " + path + " can't be deleted",
          failure == null ? new IOException("files appear again") : failure);
    }
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE; // It has gone; if not, its folder can't be deleted either.
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
