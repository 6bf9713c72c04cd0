package dev.lacuna.console.command;

import java.io.IOException;
import java.io.InputStream;

/**
 * Ends this process when its parent is gone: the parent holds this process's standard input open,
 * and the operating system closes it whatever way the parent ends, {@code kill -9} included.
 */
public final class ParentWatch {
  private static final int PARENT_GONE = 3;

  private ParentWatch() {}

  /**
   * Watches from now on.
   *
   * @param parent this process's standard input
   * @param last what to do before the process ends; quick
   */
  public static void start(InputStream parent, Runnable last) {
    Thread watchdog =
        new Thread(
            () -> {
              awaitEnd(parent);
              last.run();
              // No shutdown hooks: there is nothing left to save.
              Runtime.getRuntime().halt(PARENT_GONE);
            },
            "parent-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  private static void awaitEnd(InputStream parent) {
    try {
      while (parent.read() >= 0) {
        // The parent never writes.
      }
    } catch (IOException e) {
      // The pipe is broken: the parent is gone.
    }
  }
}
