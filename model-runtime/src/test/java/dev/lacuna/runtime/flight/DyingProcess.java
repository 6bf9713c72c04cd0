package dev.lacuna.runtime.flight;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that keeps a flight log and dies.
 *
 * <p>Its ways: "pass" waits in a forward pass to be killed, "halt" ends itself in one, "between"
 * waits after one, "busy" makes passes and reads records without a pause until it is killed.
 */
final class DyingProcess {
  private static final int DEADLINE_SECONDS = 60;

  private DyingProcess() {}

  /** Starts it, and returns once it is where it waits, or over. */
  static Process start(Path file, String way) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                DyingProcess.class.getName(),
                file.toString(),
                way)
            .redirectErrorStream(true)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    String line = out.readLine();
    while (line != null && !line.equals("there")) {
      said.append(line).append('\n');
      line = out.readLine();
    }
    if (line == null && !way.equals("halt")) {
      throw new IllegalStateException("the process ended early: " + said);
    }
    return process;
  }

  /** Kills it with SIGKILL. */
  static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    awaitEnd(process);
  }

  static void awaitEnd(Process process) throws InterruptedException {
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the process does not end");
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Passenger of a run of "busy": as long as its number says. */
  static byte[] passenger(int run) {
    return bytes("run " + run + "-".repeat(run * 7));
  }

  public static void main(String[] args) throws InterruptedException {
    MappedFlightLog log = MappedFlightLog.open(Path.of(args[0]));
    log.begin();
    switch (args[1]) {
      case "busy" -> busy(log);
      case "between" -> {
        takeOff(log);
        log.landed();
        log.aboard(bytes("next"), 1, 9);
      }
      default -> takeOff(log);
    }
    if (args[1].equals("halt")) {
      Runtime.getRuntime().halt(134);
    }
    System.out.println("there");
    Thread.sleep(TimeUnit.SECONDS.toMillis(2 * DEADLINE_SECONDS)); // if nobody kills it
  }

  private static void takeOff(MappedFlightLog log) {
    log.reading(bytes("read"), false).done();
    log.reading(bytes("record"), false);
    for (String name : List.of("a", "b")) {
      log.aboard(bytes(name), 2, 3);
    }
    log.takeOff();
  }

  private static void busy(MappedFlightLog log) {
    for (int thread = 0; thread < 2; thread++) {
      Thread reader = new Thread(() -> read(log), "reader-" + thread);
      reader.setDaemon(true);
      reader.start();
    }
    Thread flier = new Thread(() -> fly(log), "flier");
    flier.setDaemon(true);
    flier.start();
  }

  private static void read(MappedFlightLog log) {
    for (int i = 0; ; i++) {
      log.reading(passenger(i % 40), false).done();
    }
  }

  private static void fly(MappedFlightLog log) {
    Random random = new Random(1);
    for (int pass = 0; ; pass++) {
      int runs = 1 + random.nextInt(40);
      for (int run = 1; run <= runs; run++) {
        log.aboard(passenger(run), runs, pass);
      }
      log.takeOff();
      for (int i = random.nextInt(1000); i > 0; i--) {
        Thread.onSpinWait();
      }
      log.landed();
    }
  }
}
