package dev.lacuna.cli.client;

import dev.lacuna.cli.documents.Documents;
import dev.lacuna.console.Console;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.worker.ConfigOptions;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.kafka.Connection;
import dev.lacuna.worker.kafka.ResultReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna collect}: completions and timings, committed ones only. */
@Command(
    name = "collect",
    description = {
      "Prints completions from the oldest on. Reads with read_committed.",
      "Without --ids, --documents and --count it prints what is there and ends."
    })
public final class CollectCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ConfigOptions options;

  @Option(
      names = "--ids",
      paramLabel = "ID",
      split = ",",
      description = "Waits for the completions of these requests and prints no others.")
  private List<String> ids = new ArrayList<>();

  @Option(
      names = {"-d", "--documents"},
      paramLabel = "FILE",
      description = "Waits for the completions of a submitted file and marks its blanks.")
  private Path documents;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Waits until it has printed this many completions.")
  private Long count;

  @Mixin private ResultOptions results;

  /** Prints on a console. */
  public CollectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Config config = options.load(console);
    List<GenerationRequest> requests = documents == null ? List.of() : Documents.read(documents);
    CollectGoal goal = goal(requests);
    try (RegistryWireClient wire = Connection.open(config);
        ResultReader reader =
            new ResultReader(config, wire, results.timings(), ResultReader.From.BEGINNING)) {
      return new Collector(console, reader, results, requests).run(goal);
    }
  }

  private CollectGoal goal(List<GenerationRequest> requests) {
    List<String> all = new ArrayList<>(ids);
    requests.forEach(request -> all.add(request.getId()));
    if (!all.isEmpty() && count != null) {
      throw CommandFailure.usage("--count can't be combined with --ids or --documents");
    }
    if (count != null && count < 1) {
      throw CommandFailure.usage("--count is " + count + "; it must be at least 1");
    }
    if (!all.isEmpty()) {
      return CollectGoal.ids(all);
    }
    return count == null ? CollectGoal.everything() : CollectGoal.count(count);
  }
}
