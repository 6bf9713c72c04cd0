package dev.lacuna.chaos;

import dev.lacuna.it.WorkerProcess;
import dev.lacuna.it.faults.Faults;
import dev.lacuna.it.faults.Switch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * One worker of the fleet: its configuration, its process, which is started again when it has
 * ended, and the switches of its faults.
 *
 * <p>Threading: guarded by its fleet, but for the switches and signals, which whoever leased it
 * uses.
 */
final class Member {
  private final String id;
  private final Path config;
  private final Path log;
  private final Path faults;
  private final Path state;
  private final List<String> options = new ArrayList<>();
  private WorkerProcess process;
  private int starts;
  boolean leased;
  boolean held;
  boolean wanted = true;

  /**
   * A worker that does not run yet.
   *
   * @param settings of the application; the worker's own are added
   */
  Member(String id, Path folder, Properties settings, int stepMillis, boolean armingOff)
      throws IOException {
    this.id = id;
    this.log = folder.resolve(id + ".log");
    this.config = folder.resolve(id + ".properties");
    this.faults = folder.resolve("faults-" + id);
    this.state = folder.resolve("state-" + id);
    Properties own = new Properties();
    own.putAll(settings);
    own.setProperty("worker.id", id);
    own.setProperty("state.dir", state.toString());
    try (var out = Files.newBufferedWriter(config)) {
      own.store(out, null);
    }
    options.add("-D" + Faults.FOLDER + "=" + faults);
    options.add("-D" + Faults.STEP_MILLIS + "=" + stepMillis);
    if (armingOff) {
      options.add("-D" + Faults.ARMING + "=off");
    }
  }

  String id() {
    return id;
  }

  int starts() {
    return starts;
  }

  Path log() {
    return log;
  }

  /** Starts the process, without faults. */
  void start() throws IOException {
    Files.createDirectories(faults);
    for (String name : List.of(Switch.CLOCK, Switch.DEVICE, Switch.STORES)) {
      fault(name).off();
    }
    process = WorkerProcess.start(config, log, options);
    starts++;
  }

  /**
   * Empties the state folder, as if the machine had been lost; what the process died of is not told
   * then. Only while no process runs.
   */
  void wipe() throws IOException {
    if (alive()) {
      throw new IllegalStateException("worker " + id + " runs");
    }
    if (Files.notExists(state)) {
      return; // It died before it came so far.
    }
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  WorkerProcess process() {
    return process;
  }

  boolean alive() {
    return process != null && process.alive();
  }

  /** The switch of a fault of this worker. */
  Switch fault(String name) {
    return new Switch(faults, name);
  }
}
