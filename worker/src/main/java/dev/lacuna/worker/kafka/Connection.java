package dev.lacuna.worker.kafka;

import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;

/** Connects to the registry as a client of the wire contract. */
public final class Connection {

  private Connection() {}

  /**
   * A client that has looked up its schemas, after a broker has answered; close it.
   *
   * @throws KafkaFailure if no broker answers
   * @throws dev.lacuna.schemas.SchemaSetupException if the registry can't serve it
   */
  public static RegistryWireClient open(Config config) {
    BrokerProbe.requireAnswer(config);
    RegistryWireClient wire =
        RegistryWireClient.open(
            config.registry(),
            config.get(ConfigKeys.SCHEMAS_AUTO_REGISTER),
            config.get(ConfigKeys.SCHEMA_UNKNOWN_RETRY));
    try {
      wire.warmUp(ClientSettings.wireTopics(config));
      return wire;
    } catch (RuntimeException e) {
      wire.close();
      throw e;
    }
  }
}
