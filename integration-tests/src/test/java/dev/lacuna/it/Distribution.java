package dev.lacuna.it;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The distribution that the build has put together; processes of the tests start from it. */
public final class Distribution {

  private Distribution() {}

  /**
   * One of its folders.
   *
   * @param name {@code worker}, {@code cli}, {@code broker} or {@code registry}
   */
  public static Path folder(String name) {
    return Path.of(System.getProperty("lacuna.dist", "../deploy/target/dist"))
        .toAbsolutePath()
        .normalize()
        .resolve(name);
  }

  /** What {@code lacuna worker} has on its class path. */
  static String workerClassPath() {
    return jars(folder("worker"));
  }

  /** What the other commands have on their class path. */
  public static String commandClassPath() {
    return workerClassPath() + File.pathSeparator + jars(folder("cli"));
  }

  /** All jars of a folder, for a class path. */
  static String jars(Path folder) {
    return folder + File.separator + "*";
  }

  /** Where a class was loaded from, for a class path. */
  static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
