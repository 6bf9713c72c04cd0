package dev.lacuna.field;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A limit of memory as a container has it: a control group, whose processes the kernel kills when
 * they exceed it. Knows versions 1 and 2 of Linux' control groups.
 *
 * <p>Threading: owned by the test's thread.
 */
final class MemoryCgroup implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private final Path group;

  private MemoryCgroup(Path group) {
    this.group = group;
  }

  /** Whether this machine lets this user make one. */
  static boolean possible() {
    try (MemoryCgroup trial = of("lacuna-trial", 1L << 30)) {
      return Files.isWritable(trial.group.resolve("cgroup.procs"));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes a group without swap.
   *
   * @throws IOException if the machine doesn't let this user
   */
  static MemoryCgroup of(String name, long bytes) throws IOException {
    boolean first = Files.isDirectory(ROOT.resolve("memory"));
    Path group = (first ? ROOT.resolve("memory") : ROOT).resolve(name);
    Files.createDirectory(group);
    try {
      write(group.resolve(first ? "memory.limit_in_bytes" : "memory.max"), bytes);
      Path swap = group.resolve(first ? "memory.memsw.limit_in_bytes" : "memory.swap.max");
      if (Files.exists(swap)) {
        write(swap, first ? bytes : 0);
      }
    } catch (IOException e) {
      Files.delete(group);
      throw e;
    }
    return new MemoryCgroup(group);
  }

  private static void write(Path file, long value) throws IOException {
    Files.writeString(file, Long.toString(value));
  }

  /** The command that runs another one in the group. */
  List<String> around(List<String> command) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "echo $$ > \"$0\" && exec \"$@\"",
                group.resolve("cgroup.procs").toString()));
    all.addAll(command);
    return all;
  }

  /** Takes the group away; its processes must have ended. */
  @Override
  public void close() throws IOException {
    for (int tries = 0; ; tries++) {
      try {
        Files.delete(group);
        return;
      } catch (IOException busy) { // The kernel lets go of a dead process a moment after its end.
        if (tries == 50) {
          throw busy;
        }
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw busy;
        }
      }
    }
  }
}
