package dev.lacuna.testbed;

import dev.lacuna.console.command.ParentWatch;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A JVM started by this one, with its output in a file. It ends when this process ends, see {@link
 * ChildMain}.
 *
 * <p>Threading: owned by the server that started it, which guards it with its own lock.
 */
final class ChildJvm {

  private static final int TAIL_LINES = 30;
  private static final Duration KILL_WAIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(20);

  private final String name;
  private final Process process;
  private final Path log;

  private ChildJvm(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * What to run.
   *
   * @param name for error messages
   * @param options JVM options
   * @param classPath class path; the places of the classes that watch the parent are added to it
   * @param main main class and its arguments
   */
  record Command(String name, List<String> options, String classPath, List<String> main) {

    List<String> line(Path folder) {
      List<String> line = new ArrayList<>();
      line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      // C2 never pays off in a server that lives for a minute; the serial collector starts fastest.
      line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
      line.addAll(options);
      line.add("-D" + ChildMain.FOLDER_PROPERTY + "=" + folder);
      line.addAll(
          List.of(
              "-cp",
              String.join(
                  File.pathSeparator,
                  classPath,
                  place(ChildMain.class),
                  place(ParentWatch.class))));
      line.add(ChildMain.class.getName());
      line.addAll(main);
      return line;
    }

    private static String place(Class<?> type) {
      try {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Starts a child.
   *
   * @param folder its working directory, which it deletes if it outlives this process
   * @param log file to which its output is appended
   */
  static ChildJvm start(Command command, Path folder, Path log) {
    try {
      Process process =
          new ProcessBuilder(command.line(folder))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      return new ChildJvm(command.name(), process, log);
    } catch (IOException e) {
      throw new LocalServerException("the " + command.name() + " can't be started", e);
    }
  }

  Process process() {
    return process;
  }

  /**
   * Waits until a server answers.
   *
   * @throws LocalServerException if it dies or does not answer in time
   */
  void awaitReady(BooleanSupplier answers, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!answers.getAsBoolean()) {
      if (!process.isAlive()) {
        throw failure("died with exit code " + process.exitValue() + " before it was ready");
      }
      if (System.nanoTime() - end > 0) {
        kill();
        throw failure("was not ready within " + limit.toSeconds() + " s");
      }
      sleep(POLL);
    }
  }

  /** Asks the child to end (SIGTERM) and kills it if it has not after this time. */
  void stop(Duration grace) {
    // Not process.destroy(), which closes the child's input too: that means "parent gone" to it.
    process.toHandle().destroy();
    if (!awaitEnd(grace)) {
      kill();
    }
  }

  /** Ends the child at once (SIGKILL) and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    if (!awaitEnd(KILL_WAIT)) {
      throw failure("can't be killed, process " + process.pid());
    }
  }

  private boolean awaitEnd(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw interrupted(e);
    }
  }

  private void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw interrupted(e);
    }
  }

  private LocalServerException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new LocalServerException("interrupted while waiting for the " + name, e);
  }

  /** An exception that carries the end of the log. */
  LocalServerException failure(String what) {
    return new LocalServerException(
        "the %s %s; the end of its log:%n%s".formatted(name, what, logTail(log)));
  }

  static String logTail(Path log) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }
}
