package dev.lacuna.runtime.natives;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * A folder to which libraries are unpacked once, for all starts to come.
 *
 * <p>Libraries that belong together lie in a folder of their own, whose name tells their content,
 * so that versions stand side by side. It is filled beside its place and then renamed, under a lock
 * of the whole folder: two starts at once unpack once, and what a killed one left is taken away by
 * the next.
 *
 * <p>Threading: immutable; any thread may call any method.
 */
final class NativeFolder {

  /** Held while something is unpacked, by other threads of this process. */
  private static final Object UNPACKING = new Object();

  private static final String HALF = ".unpacking";
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path folder;
  private final int user;

  private NativeFolder(Path folder, int user) {
    this.folder = folder;
    this.user = user;
  }

  /**
   * A folder that can be used.
   *
   * @throws IOException if it can't be used; the message says why
   */
  static NativeFolder open(Path wanted) throws IOException {
    try {
      OwnFolder.create(wanted.toAbsolutePath());
    } catch (IOException e) {
      throw new IOException("it can't be made (" + reason(e) + ")", e);
    }
    Path folder = wanted.toRealPath();
    int user = currentUser(folder);
    Optional<String> problem = OwnFolder.problem(folder, user);
    if (problem.isPresent()) {
      throw new IOException(problem.get());
    }
    if (MountOptions.noExec(folder)) {
      throw new IOException("its file system is mounted noexec");
    }
    return new NativeFolder(folder, user);
  }

  /** This user's number: that of the process where Linux tells, otherwise of a file just made. */
  private static int currentUser(Path folder) throws IOException {
    Path self = Path.of("/proc/self");
    if (Files.exists(self)) {
      return (Integer) Files.getAttribute(self, "unix:uid");
    }
    Path probe = Files.createTempFile(folder, "owner", null);
    try {
      return (Integer) Files.getAttribute(probe, "unix:uid");
    } finally {
      Files.delete(probe);
    }
  }

  /** Where it lies. */
  Path path() {
    return folder;
  }

  /**
   * Where libraries that belong together lie, unpacked if they weren't yet.
   *
   * @param name of the group
   * @param resources on the class path, all there, by the name that the file gets
   */
  Path unpacked(String name, Map<String, String> resources) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    CRC32 content = new CRC32();
    for (String file : new TreeSet<>(resources.keySet())) {
      Entry entry = Entry.of(resources.get(file));
      entries.put(file, entry);
      content.update(ByteBuffer.allocate(16).putLong(entry.crc()).putLong(entry.bytes()).flip());
    }
    Path target = folder.resolve("%s-%08x".formatted(name, content.getValue()));
    if (!isWhole(target, entries)) {
      unpackOnce(target, entries);
    }
    check(target, entries);
    return target;
  }

  private void unpackOnce(Path target, Map<String, Entry> entries) throws IOException {
    synchronized (UNPACKING) {
      try (FileChannel lock =
              FileChannel.open(
                  folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = lock.lock()) {
        if (!isWhole(target, entries)) {
          unpack(target, entries);
        }
      } catch (IOException e) {
        throw new IOException("nothing can be unpacked there (" + reason(e) + ")", e);
      }
    }
  }

  private void unpack(Path target, Map<String, Entry> entries) throws IOException {
    Path half = folder.resolve(HALF);
    delete(half); // what a killed start left
    OwnFolder.create(half);
    try {
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        write(entry.getValue(), half.resolve(entry.getKey()));
      }
      delete(target); // damaged, or it would not be unpacked
      Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(half);
      throw e;
    }
  }

  private static void write(Entry entry, Path file) throws IOException {
    try (InputStream in = entry.url().openStream();
        FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        for (ByteBuffer rest = ByteBuffer.wrap(buffer, 0, read); rest.hasRemaining(); ) {
          out.write(rest);
        }
      }
      out.force(true); // a loss of power must not leave a whole folder of half files
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-x------"));
  }

  private static boolean isWhole(Path target, Map<String, Entry> entries) throws IOException {
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      Path file = target.resolve(entry.getKey());
      if (!Files.isRegularFile(file) || Files.size(file) != entry.getValue().bytes()) {
        return false;
      }
    }
    return true;
  }

  private void check(Path target, Map<String, Entry> entries) throws IOException {
    List<Path> paths = new ArrayList<>(List.of(target));
    entries.keySet().forEach(name -> paths.add(target.resolve(name)));
    for (Path path : paths) {
      Optional<String> problem = OwnFolder.problem(path, user, false);
      if (problem.isPresent()) {
        throw new IOException(problem.get());
      }
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      Files.deleteIfExists(path);
      return;
    }
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(path);
  }

  private static String reason(IOException e) {
    String type = e.getClass().getSimpleName();
    String message = String.valueOf(e.getMessage());
    return e.getClass() == IOException.class ? message : type + ": " + message;
  }

  /** What a class path says of a resource without reading it. */
  private record Entry(URL url, long crc, long bytes) {

    static Entry of(String resource) throws IOException {
      URL url = NativeFolder.class.getResource("/" + resource);
      if (url == null) {
        throw new IOException("the class path has no " + resource);
      }
      URLConnection connection = url.openConnection();
      if (connection instanceof JarURLConnection jar) {
        JarEntry entry = jar.getJarEntry();
        return new Entry(url, entry.getCrc(), entry.getSize());
      }
      return new Entry(url, connection.getLastModified(), connection.getContentLengthLong());
    }
  }
}
