package dev.lacuna.cli.client;

import dev.lacuna.cli.documents.Documents;
import dev.lacuna.console.Console;
import dev.lacuna.console.Counted;
import dev.lacuna.console.ProgressLine;
import dev.lacuna.console.Visible;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.worker.ConfigOptions;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.kafka.Connection;
import dev.lacuna.worker.kafka.RequestSender;
import dev.lacuna.worker.kafka.ResultReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna submit}: documents become request records. */
@Command(
    name = "submit",
    description = {
      "Sends documents as requests and prints their ids.",
      "A line is {\"id\":…, \"text\":\"… [[24]] … [[8:name]] …\", \"sampling\":{…},"
          + " \"labels\":{…}}. Further fields are model, samples, bestOf, priority, deadline,"
          + " timings, includeTokenIds and includeConfidences."
    })
public final class SubmitCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ConfigOptions options;

  @Option(
      names = {"-d", "--documents"},
      paramLabel = "FILE",
      required = true,
      description = "Documents, one JSON object per line. - reads standard input.")
  private Path documents;

  @Option(
      names = "--wait",
      description = {
        "Waits for the completions and prints them instead of the ids.",
        "The exit status is 0 once all have arrived. A FAILED request also has its completion."
      })
  private boolean wait;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Request topic to send to. Default: the first of `requests.topics`.")
  private String topic;

  @Mixin private ResultOptions results;

  /** Prints on a console. */
  public SubmitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Config config = options.load(console);
    requireRequestTopic(config);
    List<GenerationRequest> requests = Documents.read(documents);
    try (RegistryWireClient wire = Connection.open(config)) {
      if (!wait) {
        send(config, wire, requests);
        requests.forEach(request -> console.out().println(Visible.of(request.getId())));
        return 0;
      }
      // Positions first: no completion can come before its request.
      try (ResultReader reader =
          new ResultReader(config, wire, results.timings(), ResultReader.From.END)) {
        send(config, wire, requests);
        CollectGoal goal =
            CollectGoal.ids(requests.stream().map(GenerationRequest::getId).toList());
        return new Collector(console, reader, results, requests).run(goal);
      }
    }
  }

  private void requireRequestTopic(Config config) {
    if (topic == null) {
      topic = config.requestTopics().get(0);
    } else if (!config.requestTopics().contains(topic)) {
      throw CommandFailure.usage(
          "--topic is '%s': it must be one of requests.topics: %s"
              .formatted(topic, String.join(", ", config.requestTopics())));
    }
  }

  private void send(Config config, RegistryWireClient wire, List<GenerationRequest> requests) {
    try (RequestSender sender = new RequestSender(config, wire, topic);
        ProgressLine progress = new ProgressLine(console, Duration.ofSeconds(2))) {
      long sent = 0;
      for (GenerationRequest request : requests) {
        sender.send(request);
        sent++;
        progress.show(
            sent, requests.size(), "sent " + sent + "/" + requests.size(), System.nanoTime());
      }
      sender.flush();
    }
    console.err().println("submitted " + Counted.of(requests.size(), "document"));
  }
}
