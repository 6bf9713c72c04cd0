package dev.lacuna.cli.model;

import dev.lacuna.console.Console;
import dev.lacuna.console.FileProblem;
import dev.lacuna.console.ProgressLine;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.DeviceOption;
import dev.lacuna.console.command.DtypeOption;
import dev.lacuna.evaluation.EvalOptions;
import dev.lacuna.evaluation.EvalProgress;
import dev.lacuna.evaluation.EvalRun;
import dev.lacuna.evaluation.report.EvalJson;
import dev.lacuna.evaluation.report.EvalPlot;
import dev.lacuna.evaluation.report.EvalReport;
import dev.lacuna.evaluation.report.EvalTable;
import dev.lacuna.worker.config.LacunaHome;
import dev.lacuna.worker.models.ModelFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna eval}. */
@Command(
    name = "eval",
    description = {
      "Measures a model on documents that it has not seen. Measures a"
          + " likelihood bound, the accuracy of one forward pass, and the accuracy of"
          + " runs by steps, unmasking order, guidance and threshold. Compares with"
          + " simple baselines. Prints a table and writes a plot.",
      "Without --full it measures a random choice of documents and prints"
          + " intervals. That takes some minutes on two cores."
    })
public final class EvalCommand implements Callable<Integer> {

  private static final int LIMIT = 40;
  private static final int SPAN_LENGTH_MAX = 65_536;

  private final Console console;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Model folder, or name of an imported model. Default: the demo model.")
  private String model;

  @Option(
      names = {"-d", "--documents"},
      paramLabel = "FILE",
      description =
          "Held-out documents, one JSON object with a \"text\" per line. A"
              + " document is cut at the model's canvas. Default: the demo model's.")
  private Path documents;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Documents of the runs; measures of one forward pass take five times as many; default: "
              + LIMIT
              + ".")
  private Integer limit;

  @Option(names = "--full", description = "Measures all documents. May take hours.")
  private boolean full;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed that chooses documents and masks. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--span-length",
      paramLabel = "N",
      defaultValue = "1",
      description = "Length of masked spans in the accuracy measures. Default: ${DEFAULT-VALUE}.")
  private int spanLength;

  @Option(
      names = "--train",
      paramLabel = "FILE",
      description =
          "Training documents that the baselines are computed from. Default: reads"
              + " baselines.json beside the documents.")
  private Path train;

  @Option(
      names = "--write-baselines",
      paramLabel = "FILE",
      description = "Writes the baselines that --train computes.")
  private Path writeBaselines;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      defaultValue = "lacuna-eval.svg",
      description = "File of the plot. Default: ${DEFAULT-VALUE}.")
  private Path plot;

  @Mixin private DeviceOption device;

  @Mixin private DtypeOption dtype;

  @Option(names = "--json", description = "Prints nothing but JSON lines on standard output.")
  private boolean json;

  /** Prints on a console. */
  public EvalCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    EvalOptions options = options();
    EvalReport report;
    try (ProgressLine line = new ProgressLine(console, Duration.ofSeconds(5))) {
      report = Accept.orUsage(new EvalRun(options, new EvalProgress(line, System::nanoTime)).run());
    } catch (IOException e) {
      throw CommandFailure.failed(
          "the baselines " + FileProblem.of(String.valueOf(writeBaselines), e), e);
    }
    List<String> lines =
        json ? EvalJson.lines(report) : EvalTable.lines(report, console.outStyle());
    lines.forEach(console.out()::println);
    try {
      Files.writeString(plot, EvalPlot.svg(report));
    } catch (IOException e) {
      throw CommandFailure.failed("the plot " + FileProblem.of(plot.toString(), e), e);
    }
    console.err().println("plot: " + plot);
    return 0;
  }

  private EvalOptions options() {
    if (limit != null && full) {
      throw CommandFailure.usage("--limit and --full exclude each other; leave one out");
    }
    if (limit != null && limit < 1) {
      throw CommandFailure.usage("--limit is " + limit + "; it must be at least 1");
    }
    if (spanLength < 1 || spanLength > SPAN_LENGTH_MAX) {
      throw CommandFailure.usage(
          "--span-length is " + spanLength + "; it must be from 1 to " + SPAN_LENGTH_MAX);
    }
    if (writeBaselines != null && train == null) {
      throw CommandFailure.usage("--write-baselines needs --train FILE to compute them from");
    }
    requireFolderOf(plot, "--plot");
    requireFolderOf(writeBaselines, "--write-baselines");
    return new EvalOptions(
        model == null ? LacunaHome.demoModel() : ModelFolders.resolve(model),
        device.name(),
        dtype.name(),
        documents == null ? LacunaHome.demoModel().resolve("heldout.jsonl") : documents,
        full ? Optional.empty() : Optional.of(limit == null ? LIMIT : limit),
        seed,
        spanLength,
        Optional.ofNullable(train),
        Optional.ofNullable(writeBaselines));
  }

  /** Better told now than after minutes of work. */
  private static void requireFolderOf(Path file, String option) {
    if (file != null && !Files.isDirectory(file.toAbsolutePath().normalize().getParent())) {
      throw CommandFailure.usage(
          option + " is " + file + ": its folder does not exist; create it first");
    }
    if (file != null && Files.isDirectory(file)) {
      throw CommandFailure.usage(option + " is " + file + ", a folder; name a file");
    }
  }
}
