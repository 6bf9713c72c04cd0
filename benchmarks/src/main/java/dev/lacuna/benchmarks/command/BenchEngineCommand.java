package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.engine.BenchCanvases;
import dev.lacuna.benchmarks.engine.BenchEngine;
import dev.lacuna.benchmarks.engine.EngineBench;
import dev.lacuna.benchmarks.engine.EngineOnRequest;
import dev.lacuna.benchmarks.engine.EngineRow;
import dev.lacuna.benchmarks.engine.EngineSettings;
import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.BenchTokens;
import dev.lacuna.benchmarks.measure.Machine;
import dev.lacuna.console.Console;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.PlotOption;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.loading.ModelLoader;
import dev.lacuna.worker.config.LacunaHome;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna bench engine}. */
@Command(
    name = "engine",
    description = {
      "Measures tokens per second of whole runs through the engine, without"
          + " Kafka. Random places of held-out texts are masked.",
      "An option with a list, such as --rows 1,4,16, measures every"
          + " combination. Several --dtype take turns."
    })
final class BenchEngineCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private BenchModelOptions model;

  @Option(
      names = {"-d", "--documents"},
      paramLabel = "FILE",
      description =
          "Texts of the canvases, one JSON object with a \"text\" per line."
              + " Default: the demo model's.")
  private Path documents;

  @Option(
      names = "--dtype",
      split = ",",
      paramLabel = "TYPE",
      defaultValue = ModelLoader.ANY_DTYPE,
      description =
          "Number format of the matrices: auto, fp32, fp16 or int8. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<String> dtypes;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,4,16,64",
      description = "Runs that the engine gets at once. Default: ${DEFAULT-VALUE}.")
  private List<Integer> rows;

  @Option(
      names = "--length",
      split = ",",
      paramLabel = "N",
      defaultValue = "256",
      description = "Tokens of a canvas. Default: ${DEFAULT-VALUE}.")
  private List<Integer> lengths;

  @Option(
      names = "--steps",
      split = ",",
      paramLabel = "N",
      defaultValue = "32",
      description = "Denoising steps of a run. Default: ${DEFAULT-VALUE}.")
  private List<Integer> steps;

  @Option(
      names = "--masked",
      split = ",",
      paramLabel = "SHARE",
      defaultValue = "0.5",
      description = "Masked share of a canvas. Default: ${DEFAULT-VALUE}.")
  private List<Double> masked;

  @Option(
      names = "--temperature",
      split = ",",
      paramLabel = "T",
      defaultValue = "1",
      description = "Temperature; 0 takes the most probable token. Default: ${DEFAULT-VALUE}.")
  private List<Float> temperatures;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "Most rows of a forward pass. Default: the engine's.")
  private Integer slots;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Repetitions. Their medians are printed. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--canvases",
      paramLabel = "FILE",
      description =
          "Compares with other programs: runs the canvases of a file once for each"
              + " line on standard input. A file line is {\"tokens\": [ids]} with masks"
              + " among the ids; an input line is the temperature of a round.")
  private Path canvases;

  @Option(
      names = "--tokens-out",
      paramLabel = "FILE",
      description = "With --canvases: each round writes the filled canvases here.")
  private Path tokensOut;

  @Mixin private PlotOption plot;

  @Option(names = "--json", description = "Prints one JSON object per line.")
  private boolean json;

  BenchEngineCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    check();
    Path folder = model.folder();
    List<BenchEngine> engines = new ArrayList<>();
    try {
      BenchTokens tokens = null;
      for (String dtype : dtypes) {
        LoadedModel loaded = load(folder, dtype);
        engines.add(new BenchEngine(loaded, dtype, engineOptions()));
        if (tokens == null && canvases == null) {
          Path texts =
              documents == null ? LacunaHome.demoModel().resolve("heldout.jsonl") : documents;
          tokens = Accept.orUsage(BenchTokens.of(texts, loaded.codec()));
        }
      }
      return canvases == null ? measure(engines, tokens) : serve(engines.get(0));
    } finally {
      engines.forEach(BenchEngine::close);
    }
  }

  private LoadedModel load(Path folder, String dtype) {
    return Accept.orUsage(
        model
            .loader(dtype)
            .load(folder.toAbsolutePath().normalize().getFileName().toString(), folder));
  }

  private EngineOptions engineOptions() {
    return slots == null ? EngineOptions.DEFAULT : EngineOptions.DEFAULT.withSlots(slots);
  }

  private int measure(List<BenchEngine> engines, BenchTokens tokens) throws Exception {
    int limit = engines.get(0).facts().canvasLimit();
    lengths.forEach(length -> BenchBounds.require("--length", length, 1, limit));
    EngineSettings settings =
        new EngineSettings(rows, lengths, steps, masked, temperatures, rounds);
    BenchReport report = new BenchReport(console, json, Machine.here());
    List<EngineRow> measured = new EngineBench(engines, tokens, settings, report).run();
    plot.write(console, () -> BenchPlots.engine(measured, Machine.here()));
    return 0;
  }

  private int serve(BenchEngine engine) throws Exception {
    EngineOnRequest rounds =
        new EngineOnRequest(
            engine,
            Accept.orUsage(BenchCanvases.read(canvases, engine.facts())),
            Optional.ofNullable(tokensOut),
            new BenchReport(console, json, Machine.here()));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Accept.orUsage(rounds.serve(lines, steps.get(0)));
    return 0;
  }

  private void check() {
    BenchBounds.requireBatches(rows, lengths, masked, temperatures, rounds);
    steps.forEach(value -> BenchBounds.require("--steps", value, 1, ModelLimits.DEFAULT.steps()));
    if (slots != null) {
      BenchBounds.require("--slots", slots, 1, EngineOptions.SLOTS_MAX);
    }
    if (dtypes.stream().distinct().count() < dtypes.size()) {
      throw CommandFailure.usage("--dtype names one type twice; leave one out");
    }
    if (canvases != null && (dtypes.size() > 1 || steps.size() > 1 || !json)) {
      throw CommandFailure.usage("--canvases needs --json, one --dtype and one number of --steps");
    }
    if (tokensOut != null && canvases == null) {
      throw CommandFailure.usage("--tokens-out needs --canvases FILE to run");
    }
    if (canvases != null && !Files.isReadable(canvases)) {
      throw CommandFailure.usage(
          "--canvases is " + canvases + ", which can't be read; name a file");
    }
    plot.check();
  }
}
