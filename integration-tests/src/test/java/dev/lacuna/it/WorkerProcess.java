package dev.lacuna.it;

import dev.lacuna.it.faults.Faults;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code lacuna worker} in a JVM of its own, to be killed, stopped and continued. */
public final class WorkerProcess implements AutoCloseable {

  public static final String MAIN = "dev.lacuna.worker.WorkerMain";

  private final Process process;
  private final Path log;

  /** Whether the process leads a group of its own, to which signals go. */
  private final boolean group;

  private WorkerProcess(Process process, Path log, boolean group) {
    this.process = process;
    this.log = log;
    this.group = group;
  }

  public static WorkerProcess start(Path config, Path log) throws IOException {
    return start(config, log, List.of());
  }

  /**
   * Starts a worker.
   *
   * @param log file to which its output is appended
   * @param options further JVM options, such as the system properties of {@code Faults}
   */
  public static WorkerProcess start(Path config, Path log, List<String> options)
      throws IOException {
    // The tests' own classes first: their faults and the form of their log.
    return start(
        config,
        log,
        options,
        Distribution.place(Faults.class) + File.pathSeparator + Distribution.workerClassPath());
  }

  /**
   * Starts a worker as a container does: in a process group of its own, with a shell as its parent.
   */
  public static WorkerProcess startInGroup(Path config, Path log, List<String> options)
      throws IOException {
    // With a command behind it the shell stays, and the worker is its child.
    List<String> command =
        new ArrayList<>(List.of("setsid", "sh", "-c", "\"$@\"; exit $?", "container"));
    String classPath =
        Distribution.place(Faults.class) + File.pathSeparator + Distribution.workerClassPath();
    command.addAll(command(config, options, classPath));
    return new WorkerProcess(start(command, log), log, true);
  }

  /**
   * Starts a worker under another command, such as {@code prlimit}.
   *
   * @param under how that is called; the worker's own command comes behind it
   */
  public static WorkerProcess startUnder(
      List<String> under, Path config, Path log, List<String> options) throws IOException {
    List<String> command = new ArrayList<>(under);
    String classPath =
        Distribution.place(Faults.class) + File.pathSeparator + Distribution.workerClassPath();
    command.addAll(command(config, options, classPath));
    return new WorkerProcess(start(command, log), log, false);
  }

  public static WorkerProcess start(Path config, Path log, List<String> options, String classPath)
      throws IOException {
    return new WorkerProcess(start(command(config, options, classPath), log), log, false);
  }

  private static Process start(List<String> command, Path log) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static List<String> command(Path config, List<String> options, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(newerJvm());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, MAIN, "worker", "--config", config.toString()));
    return command;
  }

  /** What the launcher, too, gives a newer JVM, which would print warnings of its own without. */
  private static List<String> newerJvm() {
    List<String> options = new ArrayList<>();
    if (Runtime.version().feature() >= 22) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    if (Runtime.version().feature() >= 23) {
      options.add("--sun-misc-unsafe-memory-access=allow");
    }
    return options;
  }

  /** SIGKILL, and waits for the end. */
  public void kill() throws Exception {
    if (group && process.isAlive()) {
      signalQuietly("KILL");
    }
    process.destroyForcibly();
    process.waitFor(20, TimeUnit.SECONDS);
  }

  /** SIGTERM, and waits for a clean end; the exit status. */
  public int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("worker did not end within 60 s of SIGTERM:\n" + log());
    }
    return process.exitValue();
  }

  /** Waits for an end that the worker comes to by itself; the exit status. */
  public int awaitEnd(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("worker did not end within " + limit + ":\n" + log());
    }
    return process.exitValue();
  }

  /** SIGSTOP: no instruction runs until {@link #cont}. */
  public void stop() throws Exception {
    signal("STOP");
  }

  /** SIGCONT. */
  public void cont() throws Exception {
    signal("CONT");
  }

  /** Whether the process is there, running or stopped. */
  public boolean alive() {
    return process.isAlive();
  }

  /** The process's number. */
  public long pid() {
    return process.pid();
  }

  /** Status of a process that has ended. */
  public int exitValue() {
    return process.exitValue();
  }

  /** Everything the worker has printed. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void signal(String name) throws Exception {
    int status = signalQuietly(name);
    if (status != 0) {
      throw new IllegalStateException("kill -" + name + " ended with " + status);
    }
  }

  private int signalQuietly(String name) throws Exception {
    String target = (group ? "-" : "") + process.pid();
    return new ProcessBuilder("kill", "-" + name, "--", target).start().waitFor();
  }

  @Override
  public void close() throws Exception {
    // A stopped process does not act on SIGKILL's reaping by its parent until it is continued.
    signalQuietly("CONT");
    kill();
  }
}
