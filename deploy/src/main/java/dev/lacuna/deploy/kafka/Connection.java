package dev.lacuna.deploy.kafka;

import dev.lacuna.deploy.config.Config;
import dev.lacuna.deploy.config.ConfigKeys;
import dev.lacuna.schemas.RegistryWireClient;

/** Connects to the registry as a client of the wire contract. */
public final class Connection {

  private Connection() {}

  /**
   * A client that has looked up its schemas; close it.
   *
   * @throws dev.lacuna.schemas.SchemaSetupException if the registry can't serve it
   */
  public static RegistryWireClient open(Config config) {
    RegistryWireClient wire =
        RegistryWireClient.open(config.registry(), config.get(ConfigKeys.SCHEMAS_AUTO_REGISTER));
    try {
      wire.warmUp(ClientSettings.wireTopics(config));
      return wire;
    } catch (RuntimeException e) {
      wire.close();
      throw e;
    }
  }
}
