package dev.lacuna.runtime.natives;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Native libraries of this process: unpacked once to a folder that works, and loaded from there.
 *
 * <p>Left to themselves the libraries' own loaders unpack them at every start to the folder for
 * temporary files, where they stay after a kill, or load what they find in a folder that anybody
 * can make.
 *
 * <p>Threading: any thread may call any method.
 */
public final class Natives {

  /** System property that names the folder; the launcher's users set the variable. */
  static final String PROPERTY = "lacuna.natives.dir";

  /** Variable that names the folder. */
  static final String VARIABLE = "LACUNA_NATIVES_DIR";

  private static Path asked;
  private static Path lastResort;
  private static NativeFolder folder;

  private Natives() {}

  /**
   * Names the folder, before anything is loaded; no other is tried.
   *
   * @param path need not be there
   */
  public static synchronized void use(Path path) {
    asked = path;
  }

  /** Names a folder to try where the user's own won't do, before anything is loaded. */
  public static synchronized void orElse(Path path) {
    lastResort = path;
  }

  /**
   * Where the libraries lie.
   *
   * @throws NativesException if there is no folder that can be used
   */
  public static synchronized Path folder() {
    return open().path();
  }

  /**
   * Unpacks libraries that belong together, if they weren't yet.
   *
   * @param group their folder's name begins with it
   * @param resources on the class path, by the name that the file gets
   * @return the folder that they lie in; empty if the class path lacks them, as it does on systems
   *     for which they were not built
   * @throws NativesException if there is no folder that can be used
   */
  public static synchronized Optional<Path> unpacked(String group, Map<String, String> resources) {
    if (!unix()
        || resources.values().stream()
            .anyMatch(name -> Natives.class.getResource("/" + name) == null)) {
      return Optional.empty();
    }
    NativeFolder into = open();
    try {
      return Optional.of(into.unpacked(group, resources));
    } catch (IOException e) {
      throw new NativesException(
          "native libraries can't be used in %s: %s; %s"
              .formatted(into.path(), e.getMessage(), cure()),
          e);
    }
  }

  /** What to throw where the system refuses a library that was unpacked. */
  public static NativesException unloadable(String what, Path folder, LinkageError e) {
    return new NativesException(
        "%s can't be loaded from %s (%s); %s".formatted(what, folder, e.getMessage(), cure()), e);
  }

  /** Sets a system property that tells a loader where its library lies, unless the user has. */
  public static void setIfUnset(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** What helps where a library can't be loaded. */
  static String cure() {
    return "set natives.dir, or the variable "
        + VARIABLE
        + ", to a folder that only this user can write and on a file system that may execute";
  }

  /** The operating system as libraries name it: {@code linux}, {@code osx}. */
  public static String system() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return name.contains("mac") ? "osx" : name.contains("nux") ? "linux" : name;
  }

  /** Whether the processor is one of Intel's or AMD's kind, of 64 bits. */
  static boolean x64() {
    return List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
  }

  private static boolean unix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
  }

  private static NativeFolder open() {
    if (folder == null) {
      folder = find(candidates());
    }
    return folder;
  }

  private static List<Path> candidates() {
    String named = System.getProperty(PROPERTY, System.getenv().getOrDefault(VARIABLE, ""));
    if (asked != null) {
      return List.of(asked);
    }
    if (!named.isEmpty()) {
      return List.of(Path.of(named));
    }
    List<Path> candidates = new ArrayList<>();
    Path cache = Path.of(System.getenv().getOrDefault("XDG_CACHE_HOME", ""));
    if (cache.isAbsolute()) {
      candidates.add(cache.resolve("lacuna/natives"));
    }
    Path home = Path.of(System.getProperty("user.home", "")); // "?" for a user without a name
    if (home.isAbsolute() && home.getNameCount() > 0) {
      candidates.add(home.resolve(".cache/lacuna/natives"));
    }
    if (lastResort != null) {
      candidates.add(lastResort);
    }
    candidates.add(Path.of(System.getProperty("java.io.tmpdir"), "lacuna-natives-" + userNumber()));
    return candidates;
  }

  /** Of the name alone: whose the folder is, is looked at. */
  private static String userNumber() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    } catch (IOException e) {
      return System.getProperty("user.name").replaceAll("[^a-zA-Z0-9._-]", "-");
    }
  }

  private static NativeFolder find(List<Path> candidates) {
    List<String> problems = new ArrayList<>();
    IOException last = null;
    for (Path candidate : candidates) {
      try {
        return NativeFolder.open(candidate);
      } catch (IOException e) {
        problems.add(candidate + ": " + e.getMessage());
        last = e;
      }
    }
    throw new NativesException(
        "native libraries can be unpacked nowhere (%s); %s"
            .formatted(String.join("; ", problems), cure()),
        last);
  }
}
