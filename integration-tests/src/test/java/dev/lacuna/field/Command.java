package dev.lacuna.field;

import dev.lacuna.it.Distribution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command of the distribution, started by its own launcher, that has ended.
 *
 * @param status of its exit
 * @param output what it printed on both streams
 */
public record Command(int status, String output) {

  private static final long LIMIT_SECONDS = 120;

  /** How the launcher of the distribution is called. */
  public static List<String> lacuna(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Distribution.folder("bin").resolve("lacuna").toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Runs a command to its end.
   *
   * @param environment added to what the test has; an empty value takes a variable away
   */
  public static Command run(List<String> command, Map<String, String> environment)
      throws Exception {
    Path output = Files.createTempFile("lacuna-command", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      environment.forEach(
          (name, value) -> {
            if (value.isEmpty()) {
              builder.environment().remove(name);
            } else {
              builder.environment().put(name, value);
            }
          });
      Process process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("not within " + LIMIT_SECONDS + " s: " + command);
      }
      return new Command(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
