package dev.lacuna.worker.config;

import java.nio.file.Path;

/** Where this installation lies. */
public final class LacunaHome {

  private LacunaHome() {}

  /** Root of the installation: set by the launcher, otherwise the working folder. */
  public static Path root() {
    return Path.of(System.getProperty("lacuna.home", "")).toAbsolutePath().normalize();
  }

  /** Where models are imported to unless another place is named. */
  public static Path models() {
    return root().resolve("models");
  }

  /** The demo model's checkpoint folder. */
  public static Path demoModel() {
    return root().resolve("demo-model");
  }
}
