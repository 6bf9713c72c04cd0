package dev.lacuna.cli.worker;

import dev.lacuna.console.Visible;
import dev.lacuna.schemas.RegistryWireFormat;
import dev.lacuna.schemas.SchemaSetupException;
import dev.lacuna.topology.process.StartupException;
import dev.lacuna.topology.startup.ClusterChecks;
import dev.lacuna.worker.WorkerSettings;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.kafka.BrokerProbe;
import dev.lacuna.worker.kafka.ClientQuotas;
import dev.lacuna.worker.kafka.ClientSettings;
import dev.lacuna.worker.kafka.KafkaFailure;
import java.io.PrintStream;

/**
 * Asks the brokers and the registry what a worker asks before it starts, and tells of each thing
 * whether it will do. It goes on after a failure wherever the next thing can still be asked.
 */
final class ConnectionCheck {
  private final Config config;
  private final PrintStream out;
  private boolean sound = true;

  private ConnectionCheck(Config config, PrintStream out) {
    this.config = config;
    this.out = out;
  }

  /** Prints a line for each thing; false if something won't do. */
  static boolean run(Config config, PrintStream out) {
    ConnectionCheck check = new ConnectionCheck(config, out);
    check.ok("configuration and model files");
    check.registry();
    if (check.broker()) {
      check.cluster();
    }
    return check.sound;
  }

  private boolean broker() {
    try {
      ok("brokers at %s: %s".formatted(servers(), BrokerProbe.requireAnswer(config)));
      return true;
    } catch (KafkaFailure failure) {
      failed("brokers", failure.getMessage());
      return false;
    }
  }

  /** Registers nothing, whatever the worker would do. */
  private void registry() {
    String subject =
        "schema registry at "
            + config.get(ConfigKeys.SCHEMA_REGISTRY_URL).replaceAll("//[^/@,]*@", "//");
    try (RegistryWireFormat wire = RegistryWireFormat.open(config.registry(), false)) {
      wire.warmUp(ClientSettings.wireTopics(config));
      ok(subject);
    } catch (SchemaSetupException failure) {
      String message = String.valueOf(failure.getMessage());
      if (config.get(ConfigKeys.SCHEMAS_AUTO_REGISTER)
          && message.contains("does not have this version")) {
        ok(subject + ": a schema is not registered yet, the worker does it when it starts");
      } else {
        failed(subject, message);
      }
    }
  }

  private void cluster() {
    try {
      for (ClusterChecks.Line line :
          new ClusterChecks(WorkerSettings.topology(config), WorkerSettings.streams(config))
              .look()) {
        line.problem()
            .ifPresentOrElse(problem -> failed(line.subject(), problem), () -> ok(line.subject()));
      }
    } catch (StartupException failure) {
      failed("cluster", failure.getMessage());
    }
    ok(ClientQuotas.tell(config));
  }

  private String servers() {
    return config.get(ConfigKeys.BOOTSTRAP_SERVERS);
  }

  private void ok(String text) {
    out.println("ok      " + Visible.of(text));
  }

  private void failed(String subject, String problem) {
    sound = false;
    out.println("failed  " + Visible.of(subject + ": " + problem));
  }
}
