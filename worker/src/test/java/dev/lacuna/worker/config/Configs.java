package dev.lacuna.worker.config;

import java.util.List;
import java.util.Map;

/** Configurations for tests. */
public final class Configs {

  private Configs() {}

  /** A sound configuration of these keys. */
  public static Config of(Map<String, String> entries) {
    ConfigReading reading = ConfigReader.read(List.of(new ConfigSource("test", entries)));
    if (reading instanceof ConfigReading.Loaded loaded) {
      return loaded.config();
    }
    throw new IllegalArgumentException(reading.toString());
  }
}
