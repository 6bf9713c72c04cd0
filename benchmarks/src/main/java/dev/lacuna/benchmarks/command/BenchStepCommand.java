package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.BenchTokens;
import dev.lacuna.benchmarks.measure.Machine;
import dev.lacuna.benchmarks.step.RandomCheckpoint;
import dev.lacuna.benchmarks.step.StepBench;
import dev.lacuna.benchmarks.step.StepModel;
import dev.lacuna.benchmarks.step.StepOptions;
import dev.lacuna.benchmarks.step.StepRow;
import dev.lacuna.console.Console;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.DtypeOption;
import dev.lacuna.console.command.PlotOption;
import dev.lacuna.runtime.text.tokenizer.HuggingFaceTextCodec;
import dev.lacuna.testbed.TemporaryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna bench step}. */
@Command(
    name = "step",
    description = {
      "Times one step (forward pass and sampling) and its floor. The floor is"
          + " the step's matrix products alone, in the same runtime with the same"
          + " threads.",
      "An option with a list, such as --rows 1,4,16, measures every combination."
    })
final class BenchStepCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private BenchModelOptions model;

  @Mixin private DtypeOption dtype;

  @Option(
      names = "--random-weights",
      paramLabel = "SIZES",
      description =
          "Measures a model with random weights in the demo model's shape. SIZES"
              + " is HIDDENxLAYERS or HIDDENxLAYERSxVOCABULARY, such as 768x12x4096.")
  private String randomWeights;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "N",
      defaultValue = "16",
      description = "Rows of a batch. Default: ${DEFAULT-VALUE}.")
  private List<Integer> rows;

  @Option(
      names = "--length",
      split = ",",
      paramLabel = "N",
      defaultValue = "256",
      description = "Tokens of a row. Default: ${DEFAULT-VALUE}.")
  private List<Integer> lengths;

  @Option(
      names = "--masked",
      split = ",",
      paramLabel = "SHARE",
      defaultValue = "1.0",
      description = "Share of positions that are masked and sampled. Default: ${DEFAULT-VALUE}.")
  private List<Double> masked;

  @Option(
      names = "--temperature",
      split = ",",
      paramLabel = "T",
      defaultValue = "1",
      description = "Temperature; 0 takes the most probable token. Default: ${DEFAULT-VALUE}.")
  private List<Float> temperatures;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Probability mass to keep, above 0, up to 1. Default: ${DEFAULT-VALUE}, all.")
  private float topP;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Tokens to keep. Default: ${DEFAULT-VALUE}, all.")
  private int topK;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "9",
      description = "Repetitions. Their medians are printed. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--no-floor", description = "Measures the steps without the floor.")
  private boolean noFloor;

  @Mixin private PlotOption plot;

  @Option(names = "--json", description = "Prints one JSON object per line.")
  private boolean json;

  BenchStepCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    StepOptions options = options();
    plot.check();
    if (randomWeights == null) {
      measure(
          model.folder(), model.folder().toAbsolutePath().normalize().getFileName() + "", options);
      return 0;
    }
    if (model.isNamed()) {
      throw CommandFailure.usage("--model and --random-weights exclude each other; leave one out");
    }
    RandomCheckpoint random =
        Accept.orUsage(RandomCheckpoint.parse("--random-weights", randomWeights));
    TemporaryFolder folder = TemporaryFolder.make("lacuna-bench-");
    try {
      random.write(folder.path());
      measure(folder.path(), random.name(), options);
    } finally {
      folder.delete();
    }
    return 0;
  }

  private void measure(Path folder, String name, StepOptions options) throws Exception {
    try (StepModel opened = StepModel.open(folder, name, options.forward())) {
      int limit = opened.opened().facts().canvasLimit();
      options.lengths().forEach(length -> BenchBounds.require("--length", length, 1, limit));
      BenchReport report = new BenchReport(console, json, Machine.here());
      List<StepRow> measured = new StepBench(withText(opened, folder), options, report).run();
      plot.write(console, () -> BenchPlots.step(measured, Machine.here()));
    }
  }

  /** Held-out text that lies beside the model, if there is any. */
  private static StepModel withText(StepModel opened, Path folder) {
    Path documents = folder.resolve("heldout.jsonl");
    if (!Files.exists(documents)) {
      return opened;
    }
    try (HuggingFaceTextCodec codec =
        Accept.orUsage(HuggingFaceTextCodec.load(opened.opened().tokenizer()))) {
      return opened.with(Accept.orUsage(BenchTokens.of(documents, codec)));
    }
  }

  private StepOptions options() {
    BenchBounds.requireBatches(rows, lengths, masked, temperatures, rounds);
    BenchBounds.requireShare("--top-p", topP);
    BenchBounds.require("--top-k", topK, 0, 1 << 24);
    return new StepOptions(
        rows,
        lengths,
        masked,
        temperatures,
        topP,
        topK,
        rounds,
        !noFloor,
        model.loader(dtype.name()).options());
  }
}
