package dev.lacuna.it;

import dev.lacuna.testbed.LocalBroker;
import dev.lacuna.testbed.LocalRegistry;
import dev.lacuna.testbed.TinyCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One broker and one registry for all tests of a JVM, started at first use; tests keep apart by
 * topic names.
 */
public final class Servers {

  private static Servers shared;
  private final LocalBroker broker;
  private final LocalRegistry registry;
  private final Path folder;

  private Servers() throws Exception {
    folder = Files.createTempDirectory("lacuna-it");
    broker = LocalBroker.start(folder);
    registry = LocalRegistry.start(folder);
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
  }

  public static synchronized Servers shared() throws Exception {
    if (shared == null) {
      shared = new Servers();
    }
    return shared;
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  public String registryUrl() {
    return registry.url();
  }

  public Path folder() {
    return folder;
  }

  /** The trained model of this repository. */
  public static Path demoModel() {
    return Path.of(System.getProperty("lacuna.home", "..")).resolve("demo-model").toAbsolutePath();
  }

  /** A model of the same kind with random weights and a step of about a millisecond. */
  public static synchronized Path tinyModel() throws Exception {
    Path tiny = shared().folder().resolve("tiny-model");
    return Files.exists(tiny) ? tiny : TinyCheckpoint.write(tiny, demoModel());
  }

  private void stop() {
    registry.close();
    broker.close();
  }
}
