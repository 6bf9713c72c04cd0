package dev.lacuna.cli.client;

import dev.lacuna.console.Console;
import dev.lacuna.console.Visible;
import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.worker.ConfigOptions;
import dev.lacuna.worker.config.Config;
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
    try (RegistryWireClient wire = Connection.open(config);
        RequestSender sender = new RequestSender(config, wire)) {
      ids.forEach(sender::cancel);
      sender.flush();
    }
    console.err().println("asked for the cancellation of " + Visible.of(String.join(", ", ids)));
    return 0;
  }
}
