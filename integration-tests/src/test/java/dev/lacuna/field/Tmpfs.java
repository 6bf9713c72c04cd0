package dev.lacuna.field;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system of its own over a folder, for one command and what it starts: read-only, small,
 * without the right to execute, as hosts and containers have them. Nobody else sees it, and it goes
 * with the command.
 *
 * @param folder must be there
 * @param options of {@code mount}, such as {@code noexec} or {@code size=20m}
 */
public record Tmpfs(Path folder, String options) {

  private static final List<String> AS_ROOT = List.of("unshare", "--mount");
  private static final List<String> AS_ANYBODY = List.of("unshare", "--map-root-user", "--mount");

  /** Whether this machine lets this user mount anything. */
  public static boolean possible() throws Exception {
    return !namespace().isEmpty();
  }

  /** The command that runs another one with the file system in place. */
  public List<String> around(List<String> command) throws Exception {
    List<String> all = new ArrayList<>(namespace());
    all.addAll(
        List.of(
            "sh",
            "-c",
            "mount -t tmpfs -o \"$0\" tmpfs \"$1\" && shift && exec \"$@\"",
            options,
            folder.toString()));
    all.addAll(command);
    return all;
  }

  private static List<String> namespace() throws Exception {
    for (List<String> way : List.of(AS_ROOT, AS_ANYBODY)) {
      List<String> trial = new ArrayList<>(way);
      trial.addAll(List.of("mount", "-t", "tmpfs", "tmpfs", "/mnt"));
      Process process = new ProcessBuilder(trial).redirectErrorStream(true).start();
      if (process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0) {
        return way;
      }
    }
    return List.of();
  }
}
