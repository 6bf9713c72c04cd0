package dev.lacuna.runtime.flight;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of the size of {@link FlightLayout}, mapped, which nobody else has open.
 *
 * <p>Threading: opened and closed by one thread; who writes where is its user's business.
 */
final class FlightFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlightFile.class);

  /**
   * Files that this process has open. The lock alone does not do: when a process closes any channel
   * of a file, POSIX takes away its locks, those of its other channels too.
   */
  private static final Set<Path> OPEN_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final Path key; // in OPEN_HERE
  private final FileChannel channel; // holds the lock
  private MappedByteBuffer map;

  private FlightFile(Path file, Path key, FileChannel channel) {
    this.file = file;
    this.key = key;
    this.channel = channel;
  }

  /**
   * Opens a file, and makes it first if need be.
   *
   * @throws FlightLogException if another worker has it open, or the disk refuses
   */
  static FlightFile open(Path file) {
    Path key = keyOf(file);
    if (!OPEN_HERE.add(key)) {
      throw inUse(file, null);
    }
    boolean done = false;
    try {
      FlightFile opened = lock(file, key);
      try {
        opened.prepare();
        done = true;
      } finally {
        if (!done) {
          opened.channel.close();
        }
      }
      return opened;
    } catch (IOException e) {
      throw refused(file, e);
    } finally {
      if (!done) {
        OPEN_HERE.remove(key);
      }
    }
  }

  private static Path keyOf(Path file) {
    Path absolute = file.toAbsolutePath();
    try {
      Files.createDirectories(absolute.getParent());
      return Files.exists(absolute)
          ? absolute.toRealPath()
          : absolute.getParent().toRealPath().resolve(absolute.getFileName());
    } catch (IOException e) {
      throw refused(file, e);
    }
  }

  private static FlightFile lock(Path file, Path key) throws IOException {
    FileChannel channel =
        FileChannel.open(
            key, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(file, null);
      }
      locked = true;
      return new FlightFile(file, key, channel);
    } catch (OverlappingFileLockException e) {
      throw inUse(file, e); // under another name of the same file
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static FlightLogException inUse(Path file, Throwable cause) {
    return new FlightLogException(
        file,
        "another worker uses this state folder; give each worker a 'state.dir' of its own",
        cause);
  }

  private static FlightLogException refused(Path file, IOException e) {
    return new FlightLogException(
        file, "can't be written (" + e + "); 'state.dir' must be a folder with room on disk", e);
  }

  private void prepare() throws IOException {
    long size = channel.size();
    if (size == FlightLayout.SIZE) {
      mapIt();
      if (map.getLong(0) == FlightLayout.MAGIC) {
        return;
      }
    }
    if (size > 0) {
      LOG.warn(
          "this is no flight log of this version and starts anew: if a process died of a request,"
              + " nobody will know file={} bytes={}",
          file,
          size);
    }
    renew();
  }

  private void mapIt() throws IOException {
    map = channel.map(FileChannel.MapMode.READ_WRITE, 0, FlightLayout.SIZE);
    map.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Forgets all that the file says. Writes zeros, since a file with holes takes room on disk at its
   * first notes, and a full disk would end the process there.
   */
  void renew() {
    try {
      channel.truncate(FlightLayout.SIZE);
      ByteBuffer zeros = ByteBuffer.allocate(FlightLayout.SIZE);
      while (zeros.hasRemaining()) {
        channel.write(zeros, zeros.position());
      }
      channel.force(true); // or a machine that stops may leave holes where the zeros were
      mapIt();
      map.putLong(0, FlightLayout.MAGIC);
    } catch (IOException e) {
      throw refused(file, e);
    }
  }

  Path file() {
    return file;
  }

  /** The mapped file; another one after {@link #renew}. */
  MappedByteBuffer map() {
    return map;
  }

  /** Lets others open the file. Whoever holds the map must not write any more. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("could not close {}", file, e);
    } finally {
      OPEN_HERE.remove(key);
    }
  }
}
