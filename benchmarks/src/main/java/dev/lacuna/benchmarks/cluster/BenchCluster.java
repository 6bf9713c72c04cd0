package dev.lacuna.benchmarks.cluster;

import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.testbed.LocalServers;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigReader;
import dev.lacuna.worker.config.ConfigReading;
import dev.lacuna.worker.config.ConfigSource;
import dev.lacuna.worker.kafka.ClientSettings;
import dev.lacuna.worker.kafka.Connection;
import dev.lacuna.worker.kafka.TopicCreator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/**
 * A broker, a registry and the topics, as the demo uses them, and the workers' configuration: the
 * product's defaults, but for addresses, replicas and what the user sets.
 *
 * <p>Threading: used by one thread.
 */
public final class BenchCluster implements AutoCloseable {
  private static final String MODEL = "bench-model";

  private final ExecutorService executor;
  private final LocalServers servers;
  private final boolean owner; // of the servers
  private final Map<String, String> settings;
  private final Config config;
  private final RegistryWireClient wire;

  private BenchCluster(
      ExecutorService executor,
      LocalServers servers,
      boolean owner,
      Map<String, String> settings,
      Config config,
      RegistryWireClient wire) {
    this.executor = executor;
    this.servers = servers;
    this.owner = owner;
    this.settings = settings;
    this.config = config;
    this.wire = wire;
  }

  /**
   * Starts the servers and creates the topics.
   *
   * @param user keys of the configuration that the user sets
   * @throws IllegalArgumentException if the user's settings can't be
   */
  public static BenchCluster start(Path model, Map<String, String> user) {
    config(Map.of(), model, user); // Before anything is started.
    ExecutorService executor = Executors.newCachedThreadPool();
    LocalServers servers = LocalServers.start("lacuna-bench-", executor);
    try {
      Map<String, String> settings = new LinkedHashMap<>(own(servers));
      Config config = config(settings, model, user);
      settings.put("model.dir", MODEL + "=" + model.toAbsolutePath());
      settings.putAll(user);
      createTopics(config);
      return new BenchCluster(executor, servers, true, settings, config, Connection.open(config));
    } catch (RuntimeException e) {
      servers.close();
      executor.shutdownNow();
      throw e;
    }
  }

  /**
   * Another application on the same servers, with topics, a group and stores of its own.
   *
   * @param name of its worker, and within its other names
   */
  public BenchCluster beside(String name) {
    Map<String, String> other = new LinkedHashMap<>(settings);
    other.put("application.id", "lacuna-bench-" + name);
    other.put("worker.id", name);
    other.put("state.dir", servers.folder().resolve("state-" + name).toString());
    other.put("requests.topics", name + ".requests");
    for (String topic : java.util.List.of("control", "completions", "timings", "dead.letters")) {
      other.put(topic + ".topic", name + "." + topic);
    }
    Config its = read(other);
    createTopics(its);
    return new BenchCluster(executor, servers, false, other, its, Connection.open(its));
  }

  /** The worker's configuration for models in this process: a worker's state folder is its own. */
  public Config modelConfig() {
    Map<String, String> own = new LinkedHashMap<>(settings);
    own.put("state.dir", servers.folder().resolve("state-models").toString());
    return read(own);
  }

  private static void createTopics(Config config) {
    try (Admin admin = Admin.create(ClientSettings.admin(config))) {
      TopicCreator.create(admin, config);
    }
  }

  private static Map<String, String> own(LocalServers servers) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("bootstrap.servers", servers.bootstrapServers());
    settings.put("schema.registry.url", servers.registryUrl());
    settings.put("schemas.auto.register", "true");
    settings.put("application.id", "lacuna-bench");
    settings.put("worker.id", "bench-worker");
    settings.put("topics.replication.factor", "1");
    settings.put("state.dir", servers.folder().resolve("state").toString());
    return settings;
  }

  private static Config config(Map<String, String> own, Path model, Map<String, String> user) {
    Map<String, String> settings = new LinkedHashMap<>(own);
    settings.put("model.dir", MODEL + "=" + model.toAbsolutePath());
    settings.putAll(user);
    return read(settings);
  }

  private static Config read(Map<String, String> settings) {
    ConfigReading reading =
        ConfigReader.read(java.util.List.of(new ConfigSource("--set", settings)));
    if (reading instanceof ConfigReading.Invalid invalid) {
      throw new IllegalArgumentException(String.join("\n", invalid.problems()));
    }
    return ((ConfigReading.Loaded) reading).config();
  }

  /** The workers' configuration, which is also that of the benchmark's own clients and engine. */
  public Config config() {
    return config;
  }

  /** The name of the one model. */
  public String modelName() {
    return config.defaultModel();
  }

  /** A client of the registry. */
  public RegistryWireClient wire() {
    return wire;
  }

  /** Starts a worker as a user does, with the launcher, and waits until it is ready. */
  public WorkerChild worker() throws InterruptedException {
    return worker(Map.of());
  }

  /**
   * The same with settings that this benchmark wants.
   *
   * @param more keys of the configuration
   */
  public WorkerChild worker(Map<String, String> more) throws InterruptedException {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putAll(more);
    String text =
        all.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\"))
            .collect(Collectors.joining("\n", "", "\n"));
    try {
      String name = all.get("worker.id");
      Path file = Files.writeString(servers.folder().resolve(name + ".properties"), text);
      return WorkerChild.start(file, servers.folder().resolve(name + ".log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    wire.close();
    if (owner) {
      servers.close();
      executor.shutdownNow();
    }
  }
}
