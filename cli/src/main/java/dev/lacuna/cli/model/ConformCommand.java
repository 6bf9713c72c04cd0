package dev.lacuna.cli.model;

import dev.lacuna.console.Console;
import dev.lacuna.console.JsonLines;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.DeviceOption;
import dev.lacuna.evaluation.conformance.CaseResult;
import dev.lacuna.evaluation.conformance.ConformanceOptions;
import dev.lacuna.evaluation.conformance.ConformanceReport;
import dev.lacuna.evaluation.conformance.ConformanceRunner;
import dev.lacuna.evaluation.conformance.kit.Kit;
import dev.lacuna.evaluation.conformance.kit.KitException;
import dev.lacuna.evaluation.conformance.kit.KitModel;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lacuna conform}: models and samplers against recorded results of published ones. */
@Command(
    name = "conform",
    description = {
      "Compares models, samplers and tokenizers with a kit of recorded results.",
      "Prints for each model how many cases passed and the largest difference"
          + " from a recorded number. For each failed case it prints the first"
          + " difference. The last line counts all cases."
    },
    exitCodeList = {
      "0: every case passed",
      "1: a case failed",
      "2: bad usage, or a folder that is no kit"
    })
public final class ConformCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "DIR",
      description = "Folder of the kit, with a manifest.json. See docs/CONFORMANCE.md.")
  private Path kitFolder;

  @Option(names = "--model", paramLabel = "NAME", description = "Runs one model of the kit.")
  private String model;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of random draws and of the neighbouring rows. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private DeviceOption device;

  @Option(names = "--json", description = "Prints one JSON object per case and one for all.")
  private boolean json;

  /** Prints on a console. */
  public ConformCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    DeviceChoice choice = Accept.orUsage(DeviceChoice.parse(device.name()));
    ConformanceOptions options =
        new ConformanceOptions(
            Optional.ofNullable(model), seed, ForwardPassOptions.defaults().withDevice(choice));
    ConformanceReport report = new ConformanceReport();
    try {
      Kit kit = Kit.read(kitFolder);
      if (json) {
        ConformanceRunner.run(kit, options, result -> printJson(result, report));
        console.out().println(JsonLines.object("summary", counts(report)));
      } else {
        runTable(kit, options, report);
      }
    } catch (KitException e) {
      throw CommandFailure.usage(e.getMessage());
    }
    return report.total().failed() == 0 ? 0 : CommandFailure.FAILED;
  }

  private void runTable(Kit kit, ConformanceOptions options, ConformanceReport report) {
    List<String> names =
        kit.models().stream()
            .map(KitModel::name)
            .filter(name -> model == null || model.equals(name))
            .toList();
    ConformanceTable table = ConformanceTable.of(names, console.outStyle());
    if (names.isEmpty()) {
      ConformanceRunner.run(kit, options, report::add); // says what is wrong
    }
    for (String name : names) {
      // Model by model, so that each line appears when its model is done.
      ConformanceRunner.run(kit, options.withModel(name), report::add);
      if (name.equals(names.get(0))) {
        console.out().println(table.heading());
      }
      console.out().println(table.row(name, report));
    }
    if (names.size() > 1) {
      console.out().println(table.total(report));
    }
    report.failures().forEach(failure -> console.out().println(table.failure(failure)));
    console.out().println(report.summary());
  }

  private void printJson(CaseResult result, ConformanceReport report) {
    report.add(result);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", result.model());
    fields.put("kind", result.kind().label());
    fields.put("name", result.name());
    fields.put("outcome", result.outcome().label());
    fields.put("worst", Double.isNaN(result.worst()) ? null : result.worst());
    fields.put("reason", result.reason());
    console.out().println(JsonLines.object("case", fields));
  }

  private static Map<String, Object> counts(ConformanceReport report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("passed", report.total().passed());
    fields.put("failed", report.total().failed());
    fields.put("skipped", report.total().skipped());
    return fields;
  }
}
