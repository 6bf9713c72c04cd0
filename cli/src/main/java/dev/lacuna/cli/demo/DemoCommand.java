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
      "Fills two dozen documents through a Kafka of its own and accounts for every step.",
      "Starts a broker, a schema registry and a worker on loopback; nothing of them stays.",
      "Exit status 0 only if every request has exactly one completion and every step exactly one"
          + " timing, read with read_committed.",
      "A request that FAILED, such as one of yours that asks for the impossible, has its completion"
          + " too and does not change the exit status."
    })
public final class DemoCommand implements Callable<Integer> {
  private final Console console;
  private final StopSignals signals;

  @Option(
      names = {"-d", "--documents"},
      paramLabel = "FILE",
      description = "Your own documents, one JSON object a line (see `lacuna submit --help`).")
  private Path documents;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Checkpoint folder; the demo model if absent.")
  private Path model;

  @Mixin private DtypeOption dtype;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps where a document names none; absent: 16, prompts 32.")
  private Integer steps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Chooses the documents; seeds those that name no seed; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "Prints JSON lines only on standard output.")
  private boolean json;

  @Option(
      names = "--keep",
      description = "Leaves everything running until Ctrl-C and prints the addresses.")
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
