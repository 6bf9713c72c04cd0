package dev.lacuna.cli.demo;

import dev.lacuna.console.Console;
import dev.lacuna.console.Counted;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.testbed.LocalServers;
import dev.lacuna.topology.GenerationWorker;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.worker.WorkerStart;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKey;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.config.ConfigReader;
import dev.lacuna.worker.config.ConfigReading;
import dev.lacuna.worker.config.ConfigSource;
import dev.lacuna.worker.kafka.ClientSettings;
import dev.lacuna.worker.kafka.Connection;
import dev.lacuna.worker.kafka.RequestSender;
import dev.lacuna.worker.kafka.ResultReader;
import dev.lacuna.worker.kafka.TopicCreator;
import dev.lacuna.worker.models.ModelSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;

/**
 * The demo: a real broker, a real registry, a worker, documents in, text and timings out.
 *
 * <p>Threading: one thread calls {@link #run}, once; another may call {@link #abandon}.
 */
public final class Demo {
  private static final Duration ABANDON_WAIT = Duration.ofSeconds(2);

  private final DemoOptions options;
  private final Console console;
  private final Path heldOut;

  /** Held while something is started, so that {@link #abandon} finds all there is to close. */
  private final Object starting = new Object();

  private boolean abandoned;
  private volatile CompletableFuture<ModelSet> models;
  private volatile LocalServers servers;
  private volatile GenerationWorker worker;

  /**
   * A demo that has not begun.
   *
   * @param heldOut file of held-out texts
   */
  public Demo(DemoOptions options, Console console, Path heldOut) {
    this.options = options;
    this.console = console;
    this.heldOut = heldOut;
  }

  /** Runs the demo; true if every request and every step was accounted for exactly once. */
  public boolean run() throws InterruptedException {
    long startNanos = System.nanoTime();
    note("starting a broker and a registry on loopback, loading the model …");
    ExecutorService executor = Executors.newCachedThreadPool();
    try (LocalServers started = startServers(executor)) {
      ModelSet loaded = join(models);
      List<GenerationRequest> requests = requests(loaded);
      Config config = config(started);
      try (Admin admin = Admin.create(ClientSettings.admin(config))) {
        TopicCreator.create(admin, config);
      }
      note(
          "broker %s, registry %s, ready after %.1f s"
              .formatted(started.bootstrapServers(), started.registryUrl(), seconds(startNanos)));
      try (GenerationWorker running = startWorker(config, loaded);
          RegistryWireClient wire = Connection.open(config)) {
        return watch(running, config, wire, requests, startNanos);
      }
    } finally {
      closeModels();
      executor.shutdownNow();
    }
  }

  private LocalServers startServers(ExecutorService executor) {
    synchronized (starting) {
      requireWanted();
      servers = LocalServers.start("lacuna-demo-", executor);
      Config config = modelConfig(servers.folder());
      models = CompletableFuture.supplyAsync(() -> load(config), executor);
      return servers;
    }
  }

  private GenerationWorker startWorker(Config config, ModelSet loaded) {
    synchronized (starting) {
      requireWanted();
      worker = WorkerStart.start(config, loaded);
      return worker;
    }
  }

  private void requireWanted() {
    if (abandoned) {
      throw new IllegalStateException("the demo was abandoned");
    }
  }

  /** Waits for models that are still being loaded: a half-loaded one can't be given up safely. */
  private void closeModels() {
    CompletableFuture<ModelSet> loading = models;
    if (loading != null) {
      loading
          .handle(
              (loaded, failure) -> {
                if (loaded != null) {
                  loaded.close();
                }
                return loaded;
              })
          .join();
    }
  }

  private boolean watch(
      GenerationWorker running,
      Config config,
      RegistryWireClient wire,
      List<GenerationRequest> requests,
      long startNanos)
      throws InterruptedException {
    DemoResults results = new DemoResults(requests);
    try (ResultReader reader = new ResultReader(config, wire, true, ResultReader.From.END);
        RequestSender sender = new RequestSender(config, wire)) {
      long submittedNanos = System.nanoTime();
      requests.forEach(sender::send);
      sender.flush();
      note(
          "submitted %s to %s"
              .formatted(Counted.of(requests.size(), "document"), requestsTopic(config)));
      new DemoWatch(console, running, results, options.json()).read(reader);
      DemoReport report = new DemoReport(console, results, options.json());
      report.print(seconds(submittedNanos), seconds(startNanos));
    }
    if (options.keep()) {
      keep(config);
    }
    return results.problems().isEmpty();
  }

  /** Ends a demo half way: a short goodbye to the cluster, and nothing is left. */
  public void abandon() {
    console.err().println(); // The progress may stand in the middle of its line.
    note("stopping …");
    synchronized (starting) {
      abandoned = true;
    }
    GenerationWorker running = worker;
    LocalServers started = servers;
    try {
      if (running != null) {
        running.close(ABANDON_WAIT);
      }
      closeModels();
    } finally {
      if (started != null) {
        started.close();
      }
    }
  }

  /** Leaves nothing behind when {@link #abandon} takes longer than somebody cares to wait. */
  public void giveUp() {
    LocalServers started = servers;
    if (started != null) {
      started.giveUp();
    }
  }

  private List<GenerationRequest> requests(ModelSet models) {
    if (options.documents().isPresent()) {
      return new RequestDefaults(options.steps(), options.seed()).fill(options.documents().get());
    }
    LoadedModel model = models.loaded(modelName());
    try {
      return HeldOutDocuments.of(
              model.codec(), model.model().canvasLimit(), options.steps(), options.seed())
          .choose(HeldOutDocuments.read(heldOut));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keep(Config config) throws InterruptedException {
    // Variables, since a line that a terminal wraps can't be copied.
    note("kept running until Ctrl-C; in another terminal:");
    for (ConfigKey<?> key : List.of(ConfigKeys.BOOTSTRAP_SERVERS, ConfigKeys.SCHEMA_REGISTRY_URL)) {
      console.err().println("  export " + key.environmentName() + "=" + config.get(key));
    }
    console.err().println("  ./lacuna submit --wait --documents FILE.jsonl");
    console.err().println("  ./lacuna collect --json --timings");
    while (!worker.awaitStopped(Duration.ofSeconds(1))) {
      // Ctrl-C ends the process.
    }
  }

  private Config config(LocalServers started) {
    Map<String, String> settings = new HashMap<>(modelSettings(started.folder()));
    settings.put("bootstrap.servers", started.bootstrapServers());
    settings.put("schema.registry.url", started.registryUrl());
    settings.put("schemas.auto.register", "true");
    settings.put("worker.id", "demo-worker");
    settings.put("topics.partitions", "3");
    settings.put("topics.replication.factor", "1");
    settings.put("checkpoint.device.ms", "400"); // So that progress is seen as it happens.
    settings.put("kafka.commit.interval.ms", "200");
    return read(settings);
  }

  private Config modelConfig(Path folder) {
    return read(modelSettings(folder));
  }

  /** What the models need; the worker's settings begin with it. */
  private Map<String, String> modelSettings(Path folder) {
    return Map.of(
        "application.id",
        "lacuna-demo",
        "state.dir",
        folder.resolve("state").toString(),
        "device",
        "cpu",
        "dtype",
        options.dtype(),
        "model.dir",
        modelName() + "=" + options.model());
  }

  private static Config read(Map<String, String> settings) {
    ConfigReading reading = ConfigReader.read(List.of(new ConfigSource("demo", settings)));
    if (reading instanceof ConfigReading.Loaded loaded) {
      return loaded.config();
    }
    throw new IllegalStateException(reading.toString());
  }

  private static ModelSet load(Config config) {
    Checked<ModelSet> models = ModelSet.load(config);
    if (models instanceof Checked.Valid<ModelSet> valid) {
      return valid.value();
    }
    throw new IllegalStateException(((Checked.Refused<ModelSet>) models).refusal().message());
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private String modelName() {
    return "demo-model";
  }

  private static String requestsTopic(Config config) {
    return config.requestTopics().get(0);
  }

  private void note(String line) {
    console.err().println(console.errStyle().dim(line));
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }
}
