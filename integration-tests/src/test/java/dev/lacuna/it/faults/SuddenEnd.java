package dev.lacuna.it.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** How a process ends without a word. */
enum SuddenEnd {
  /** The process alone. */
  PROCESS {
    @Override
    void now() {
      Runtime.getRuntime().halt(STATUS);
    }
  },

  /**
   * SIGKILL of all processes of its group, which must be its own: who started it is outside. Until
   * it arrives the process goes on, but for the thread that asked for it.
   */
  GROUP {
    @Override
    void now() {
      try {
        new ProcessBuilder("kill", "-KILL", "--", "-" + group()).start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      while (true) {
        LockSupport.park();
      }
    }
  };

  /** What the kernel would report of a process that died of SIGSEGV. */
  static final int STATUS = 128 + 11;

  private static final int GROUP_FIELD = 2;

  abstract void now();

  /** Number of this process's group: the third field behind the name in parentheses. */
  private static String group() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[GROUP_FIELD];
  }
}
