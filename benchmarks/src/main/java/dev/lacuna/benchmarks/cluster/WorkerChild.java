package dev.lacuna.benchmarks.cluster;

import dev.lacuna.benchmarks.measure.ProcessFacts;
import dev.lacuna.worker.config.LacunaHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A worker in a process of its own, started with the launcher: what a user runs. It ends with this
 * process, whatever way that ends.
 *
 * <p>Threading: used by one thread.
 */
public final class WorkerChild implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready millis=(\\d+)((?: \\w+=\\d+)+)");
  private static final Duration READY_MAX = Duration.ofSeconds(90);
  private static final Duration END_MAX = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final Process process;
  private final Path log;
  private final Start start;

  private WorkerChild(Process process, Path log, Start start) {
    this.process = process;
    this.log = log;
    this.start = start;
  }

  /**
   * How long a start took.
   *
   * @param totalMillis from before the launcher to the line "ready"
   * @param partMillis what the parts took: the launcher, and what the worker says of itself
   */
  public record Start(long totalMillis, Map<String, Long> partMillis) {}

  /**
   * Starts a worker and waits until it is ready.
   *
   * @throws IllegalStateException if it ends before or takes too long; with the end of its log
   */
  public static WorkerChild start(Path config, Path log) throws IOException, InterruptedException {
    Files.deleteIfExists(log);
    ProcessBuilder builder =
        new ProcessBuilder(
                LacunaHome.root().resolve("lacuna").toString(),
                "worker",
                "--with-parent",
                "--config",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // What the user's shell sets is for the user's workers, not for this one.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("LACUNA_") && !name.equals("LACUNA_JAVA_OPTS"));
    long begun = System.nanoTime();
    Process process = builder.start();
    try {
      return new WorkerChild(process, log, awaitReady(process, log, begun));
    } catch (RuntimeException | InterruptedException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static Start awaitReady(Process process, Path log, long begunNanos)
      throws IOException, InterruptedException {
    while (System.nanoTime() - begunNanos < READY_MAX.toNanos()) {
      String text = Files.readString(log);
      Matcher ready = READY.matcher(text);
      if (ready.find() && text.indexOf('\n', ready.end()) >= 0) {
        long total = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
        return start(total, Long.parseLong(ready.group(1)), ready.group(2));
      }
      if (!process.isAlive()) {
        throw new IllegalStateException("the worker ended before it was ready:\n" + tail(log));
      }
      Thread.sleep(LOOK.toMillis());
    }
    throw new IllegalStateException("the worker was not ready in time:\n" + tail(log));
  }

  /** A start as measured outside and as the worker says in its line "ready". */
  public static Start start(long totalMillis, long ownMillis, String ownParts) {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("launcher", Math.max(0, totalMillis - ownMillis));
    for (String part : ownParts.strip().split(" ")) {
      String[] nameAndMillis = part.split("=");
      parts.put(nameAndMillis[0], Long.parseLong(nameAndMillis[1]));
    }
    return new Start(totalMillis, parts);
  }

  /** How long its start took. */
  public Start started() {
    return start;
  }

  /**
   * Checks that it still runs.
   *
   * @throws IllegalStateException if not; with the end of its log
   */
  public void checkAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the worker ended half way:\n" + tail(log));
    }
  }

  /** Memory that the process holds, in KiB (Linux). */
  public long residentKib() {
    return ProcessFacts.residentKib(process.pid());
  }

  /** Processor time that the process has used. */
  public Duration processorTime() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Processor time of its stream threads, in nanoseconds (Linux); ids are short for this. */
  public long streamNanos(String workerId) {
    return ProcessFacts.threadNanos(process.pid(), workerId + "-S");
  }

  /** Everything that it has logged. */
  public List<String> logLines() {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL, and waits for the end. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "(its log can't be read)";
    }
  }

  /** Ends it in order, or else by force. */
  @Override
  public void close() {
    process.toHandle().destroy();
    try {
      if (!process.waitFor(END_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
