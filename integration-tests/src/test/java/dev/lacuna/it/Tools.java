package dev.lacuna.it;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Tools that a machine may have or not: tests that need them are skipped without. */
public final class Tools {
  private static final long LIMIT_SECONDS = 30;

  private Tools() {}

  /** Whether a command is there and ends well within half a minute; its output is thrown away. */
  public static boolean run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
