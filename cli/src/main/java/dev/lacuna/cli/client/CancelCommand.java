package dev.lacuna.cli.client;

import dev.lacuna.console.Console;
import dev.lacuna.console.Visible;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.topology.intake.Ids;
import dev.lacuna.worker.ConfigOptions;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.kafka.Connection;
import dev.lacuna.worker.kafka.RequestSender;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lacuna cancel}: a control record for each id. */
@Command(
    name = "cancel",
    description = "Cancels requests that are running, accepted or not yet read.")
public final class CancelCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ConfigOptions options;

  @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of the requests.")
  private List<String> ids;

  /** Prints on a console. */
  public CancelCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Config config = options.load(console);
    for (String id : ids) {
      Ids.check(id)
          .ifPresent(
              bad -> {
                throw CommandFailure.usage("Nothing was sent. " + bad.message());
              });
    }
    try (RegistryWireClient wire = Connection.open(config);
        RequestSender sender = new RequestSender(config, wire)) {
      int partitions = ids.stream().mapToInt(sender::cancel).max().orElse(0);
      sender.flush();
      console
          .err()
          .println(
              "asked for the cancellation of "
                  + Visible.of(String.join(", ", ids))
                  + " in all "
                  + partitions
                  + " partitions of "
                  + config.get(ConfigKeys.CONTROL_TOPIC)
                  + "; what is not there yet is cancelled if it comes within the workers'"
                  + " cancel.retention.ms");
    }
    return 0;
  }
}
