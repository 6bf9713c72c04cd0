package dev.lacuna.testbed;

import dev.lacuna.console.command.ParentWatch;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.Arrays;
import sun.misc.Signal;

/**
 * First main class of every child process: runs another main class for as long as the parent holds
 * this process's standard input open. The operating system closes it whatever way the parent ends,
 * {@code kill -9} included, so no child outlives its parent. An orphan deletes its folder and ends.
 */
public final class ChildMain {

  /** System property: the temporary folder to delete when the parent is gone. */
  static final String FOLDER_PROPERTY = "lacuna.child.folder";

  private ChildMain() {}

  /**
   * Runs the main class named by the first argument with the others.
   *
   * @param args main class, then its arguments
   */
  public static void main(String[] args) throws Throwable {
    ignoreInterrupts();
    ParentWatch.start(System.in, ChildMain::deleteFolder);
    try {
      Class.forName(args[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /**
   * Ctrl-C in a terminal reaches every process of the group, but the parent alone decides when its
   * children end. Not SIG_IGN: Kafka's own handler calls the one before it, which must be Java.
   */
  private static void ignoreInterrupts() {
    try {
      Signal.handle(new Signal("INT"), signal -> {});
    } catch (IllegalArgumentException e) {
      // No such signal on this system, or the JVM keeps it to itself (-Xrs).
    }
  }

  private static void deleteFolder() {
    try {
      new TemporaryFolder(Path.of(System.getProperty(FOLDER_PROPERTY))).delete();
    } catch (RuntimeException e) {
      // The main class still writes there; what is left is for the system's own cleaning.
    }
  }
}
