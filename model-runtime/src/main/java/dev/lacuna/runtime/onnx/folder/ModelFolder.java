package dev.lacuna.runtime.onnx.folder;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A folder that appears whole or not at all: it is filled under another name beside its own, and
 * renamed once the disk has everything. What an interrupted writer left is cleared by the next.
 *
 * <p>Threading: used by one thread; a lock keeps other processes out.
 */
final class ModelFolder implements AutoCloseable {

  private final Path target;
  private final Path filling;
  private final Path lockFile;
  private final FileChannel lockChannel;
  private boolean done;

  private ModelFolder(Path target, Path filling, Path lockFile, FileChannel lockChannel) {
    this.target = target;
    this.filling = filling;
    this.lockFile = lockFile;
    this.lockChannel = lockChannel;
  }

  /**
   * Begins to write a folder.
   *
   * @param target absolute; its parent is created if need be
   * @throws IOException if another process is writing the same folder, or the disk refuses
   */
  static ModelFolder begin(Path target) throws IOException {
    Path parent = target.getParent();
    Path lockFile = parent.resolve("." + target.getFileName() + ".lock");
    FileChannel channel = create(parent, lockFile);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new IOException("another process is writing " + target);
      }
      Path filling = parent.resolve("." + target.getFileName() + ".unfinished");
      delete(filling);
      Files.createDirectory(filling);
      return new ModelFolder(target, filling, lockFile, channel);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException("this process is writing " + target + " already", e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static FileChannel create(Path parent, Path lockFile) throws IOException {
    try {
      Files.createDirectories(parent);
      return FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new IOException(
          "nothing can be written in " + parent + " (" + e + "); name another folder to write to",
          e);
    }
  }

  /** The folder to fill. */
  Path filling() {
    return filling;
  }

  /** Writes a small file. */
  void write(String name, byte[] content) throws IOException {
    Path file = filling.resolve(name);
    Files.write(file, content, StandardOpenOption.CREATE_NEW);
    force(file);
  }

  /** Puts the folder in its place; what stood there is deleted after that. */
  void finish() throws IOException {
    force(filling);
    Path old = target.resolveSibling("." + target.getFileName() + ".replaced");
    delete(old);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(filling, target, StandardCopyOption.ATOMIC_MOVE);
    done = true;
    force(target.getParent());
    delete(old);
  }

  private static void force(Path path) throws IOException {
    boolean folder = Files.isDirectory(path);
    StandardOpenOption mode = folder ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    } catch (IOException e) {
      if (!folder) {
        throw e;
      } // Not every system opens folders; then their entries are its own business.
    }
  }

  /** Deletes what is there; links are deleted, never followed. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Takes back what was not finished. */
  @Override
  public void close() throws IOException {
    try {
      if (!done) {
        delete(filling);
      }
    } finally {
      Files.deleteIfExists(lockFile);
      lockChannel.close();
    }
  }
}
