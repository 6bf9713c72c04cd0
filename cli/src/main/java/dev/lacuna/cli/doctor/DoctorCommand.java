package dev.lacuna.cli.doctor;

import dev.lacuna.console.Console;
import dev.lacuna.console.JsonLines;
import dev.lacuna.console.Visible;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import dev.lacuna.worker.config.LacunaHome;
import dev.lacuna.worker.models.ModelFolders;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lacuna doctor}: what the machine has, and what to do about what is missing. */
@Command(
    name = "doctor",
    description = {
      "Checks runtime, driver, GPU, processor, memory and model. Says how to"
          + " get what is missing.",
      "The exit status is 1 if something that you asked for cannot be used."
    })
public final class DoctorCommand implements Callable<Integer> {
  private final Console console;
  private final Probe probe;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Model folder, or name of an imported model. Default: the demo model.")
  private String model;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "Device: auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(names = "--json", description = "Prints one JSON object per finding.")
  private boolean json;

  /** Prints on a console what a probe finds. */
  public DoctorCommand(Console console, Probe probe) {
    this.console = console;
    this.probe = probe;
  }

  @Override
  public Integer call() {
    DeviceChoice choice = Accept.orUsage(DeviceChoice.parse(device));
    Path folder = model == null ? LacunaHome.demoModel() : ModelFolders.resolve(model);
    List<Finding> findings = new Doctor(probe).findings(choice, folder);
    findings.forEach(finding -> console.out().println(json ? json(finding) : line(finding)));
    boolean wrong = findings.stream().anyMatch(f -> f.level() == Finding.Level.WRONG);
    return wrong ? CommandFailure.FAILED : 0;
  }

  private static String json(Finding finding) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("level", finding.level().name().toLowerCase(Locale.ROOT));
    fields.put("topic", finding.topic());
    fields.put("found", finding.found());
    fields.put("cure", finding.cure().isEmpty() ? null : finding.cure());
    return JsonLines.object("finding", fields);
  }

  private String line(Finding finding) {
    String topic = "%-16s".formatted(finding.topic());
    String found = topic + " " + Visible.of(finding.found());
    return switch (finding.level()) {
      case FINE -> "  " + found;
      case NOTE -> "· " + found + cure(finding);
      case WRONG -> console.outStyle().bad("✗ " + found) + cure(finding);
    };
  }

  private static String cure(Finding finding) {
    return "%n  %16s → %s".formatted("", Visible.of(finding.cure()));
  }
}
