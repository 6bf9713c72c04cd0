package dev.lacuna.cli.demo;

import dev.lacuna.cli.documents.Documents;
import dev.lacuna.console.Console;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.DtypeOption;
import dev.lacuna.console.command.StopSignals;
import dev.lacuna.worker.LogSetup;
import dev.lacuna.worker.config.LacunaHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna demo}. */
@Command(
    name = "demo",
    description = {
      "Fills 26 documents through a Kafka of its own and accounts for every step.",
      "Starts a broker, a schema registry and a worker on loopback. Leaves nothing behind.",
      "The exit status is 0 only if a read_committed reader sees one"
          + " completion per request and one timing per step.",
      "A FAILED request also has its completion. It does not change the exit status."
    })
public final class DemoCommand implements Callable<Integer> {
  private final Console console;
  private final StopSignals signals;

  @Option(
      names = {"-d", "--documents"},
      paramLabel = "FILE",
      description = "Your own documents, one JSON object per line (see `lacuna submit --help`).")
  private Path documents;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Checkpoint folder. Default: the demo model.")
  private Path model;

  @Mixin private DtypeOption dtype;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps of documents that name none. Default: 16, for prompts 32.")
  private Integer steps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Seed that chooses documents, and seed of documents that name none."
              + " Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "Prints nothing but JSON lines on standard output.")
  private boolean json;

  @Option(
      names = "--keep",
      description = "Keeps everything running until Ctrl-C and prints the addresses.")
  private boolean keep;

  /** Prints on a console and says how it is stopped. */
  public DemoCommand(Console console, StopSignals signals) {
    this.console = console;
    this.signals = signals;
  }

  @Override
  public Integer call() throws InterruptedException {
    LogSetup.errorsOnly();
    Path folder = model == null ? LacunaHome.demoModel() : model;
    Path heldOut = LacunaHome.demoModel().resolve("heldout.jsonl");
    if (documents == null && !Files.isReadable(heldOut)) {
      throw CommandFailure.failed(heldOut + " is missing; name documents with --documents");
    }
    DemoOptions options =
        new DemoOptions(
            Optional.ofNullable(documents).map(Documents::read),
            folder,
            dtype.name(),
            Optional.ofNullable(steps),
            seed,
            json,
            keep);
    Demo demo = new Demo(options, console, heldOut);
    signals.onStop(demo::abandon, demo::giveUp);
    boolean sound = demo.run();
    return sound ? 0 : CommandFailure.FAILED;
  }
}
