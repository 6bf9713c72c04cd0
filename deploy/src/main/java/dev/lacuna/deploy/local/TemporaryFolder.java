package dev.lacuna.deploy.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A folder that goes with the server that lives in it. */
record TemporaryFolder(Path path) {

  static TemporaryFolder under(Path parent, String prefix) {
    try {
      Files.createDirectories(parent);
      return new TemporaryFolder(Files.createTempDirectory(parent, prefix).toAbsolutePath());
    } catch (IOException e) {
      throw new LocalServerException("no temporary folder can be made under " + parent, e);
    }
  }

  /** Deletes the folder and all in it; fine if it is gone already. */
  void delete() {
    if (!Files.exists(path)) {
      return;
    }
    try {
      Files.walkFileTree(path, new Deleter());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
