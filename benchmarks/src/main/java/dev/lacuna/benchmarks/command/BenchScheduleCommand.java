package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.Machine;
import dev.lacuna.benchmarks.schedule.DeviceCurve;
import dev.lacuna.benchmarks.schedule.ScheduleMeasure;
import dev.lacuna.benchmarks.schedule.ScheduleOnEngine;
import dev.lacuna.benchmarks.schedule.SchedulePlot;
import dev.lacuna.benchmarks.schedule.ScheduleSimulation;
import dev.lacuna.benchmarks.schedule.TenantSimulation;
import dev.lacuna.console.Console;
import dev.lacuna.console.FileProblem;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.DeviceOption;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.loading.ModelLoader;
import dev.lacuna.worker.config.LacunaHome;
import dev.lacuna.worker.models.ModelFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna bench schedule}. */
@Command(
    name = "schedule",
    description = {
      "Simulates the engine's batch policy and two others on a virtual clock"
          + " with invented arrivals. Prints throughput, occupancy, padding, fairness"
          + " and waiting by priority, for a measured CPU and for a GPU assumed from"
          + " published figures. Then simulates a bulk job beside a small tenant,"
          + " with and without fair shares.",
      "With --engine: runs a mixed backlog on the real engine, both ways in"
          + " turn. Takes up to a minute.",
      "With --measure FILE: measures forward passes and writes their cost curve for --curve."
    })
final class BenchScheduleCommand implements Callable<Integer> {

  private static final int ROUNDS = 3;

  private final Console console;

  @Option(names = "--engine", description = "Runs the real engine instead of the simulation.")
  private boolean engine;

  @Option(
      names = "--measure",
      paramLabel = "FILE",
      description = "Measures forward passes and writes their cost curve; simulates nothing.")
  private Path measure;

  @Option(
      names = "--curve",
      paramLabel = "FILE",
      description = "Simulates this cost curve instead of the built-in ones.")
  private Path curve;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = "Draws the simulation into this file.")
  private Path plot;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "For --engine and --measure: model folder, or name of an imported model."
              + " Default: the demo model.")
  private String model;

  @Mixin private DeviceOption device;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the arrivals. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "Prints nothing but JSON lines on standard output.")
  private boolean json;

  BenchScheduleCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (engine && measure != null) {
      throw CommandFailure.usage("--engine and --measure exclude each other; leave one out");
    }
    if (measure != null) {
      try (Opened opened = open()) {
        write(measure, ScheduleMeasure.json(opened.loaded(), Machine.here()));
      }
    } else if (engine) {
      onEngine();
    } else {
      simulate();
    }
    return 0;
  }

  private void simulate() {
    List<DeviceCurve> curves = curves();
    BenchReport report = new BenchReport(console, json, Machine.here());
    List<ScheduleSimulation.Row> rows = ScheduleSimulation.run(curves, seed);
    ScheduleSimulation.report(rows, report);
    TenantSimulation.report(TenantSimulation.run(curves, seed), report);
    if (plot != null) {
      write(plot, SchedulePlot.svg(rows));
    }
  }

  private List<DeviceCurve> curves() {
    if (curve == null) {
      return DeviceCurve.committed();
    }
    try {
      return List.of(Accept.orUsage(DeviceCurve.parse(Files.readAllBytes(curve))));
    } catch (IOException e) {
      throw CommandFailure.failed("the curve " + FileProblem.of(curve.toString(), e), e);
    }
  }

  private void onEngine() throws Exception {
    BenchReport report = new BenchReport(console, json, Machine.here());
    try (Opened opened = open()) {
      BenchReport.Table table = report.table("scheduleEngine", 1);
      table.row(ScheduleOnEngine.run(opened.loaded(), seed, ROUNDS).fields());
      table.print();
    }
  }

  /** A model that nobody but this command uses. */
  private record Opened(LoadedModel loaded) implements AutoCloseable {
    @Override
    public void close() {
      loaded.engineModel().forwardPass().close();
      loaded.codec().close();
    }
  }

  private Opened open() {
    Path folder = model == null ? LacunaHome.demoModel() : ModelFolders.resolve(model);
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    return new Opened(
        Accept.orUsage(
            ModelLoader.of(device.name(), 0, ModelLimits.DEFAULT)
                .then(loader -> loader.load(name, folder))));
  }

  private void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw CommandFailure.failed("the file " + FileProblem.of(file.toString(), e), e);
    }
    console.err().println("written: " + file);
  }
}
