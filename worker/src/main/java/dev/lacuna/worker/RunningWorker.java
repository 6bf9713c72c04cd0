package dev.lacuna.worker;

import dev.lacuna.schemas.RegistryWireFormat;
import dev.lacuna.topology.GenerationWorker;
import dev.lacuna.topology.WorkerSeams;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.kafka.ClientSettings;
import dev.lacuna.worker.models.ModelSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker in this process.
 *
 * <p>Threading: any thread may call any method; a stop from two threads happens once.
 */
public final class RunningWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningWorker.class);

  private static final double MICROS_PER_SECOND = 1e6;

  private final GenerationWorker worker;
  private final RegistryWireFormat wire;
  private final ModelSet models;
  private final Duration shutdownTimeout;
  private boolean closed;

  private RunningWorker(
      GenerationWorker worker, RegistryWireFormat wire, ModelSet models, Duration timeout) {
    this.worker = worker;
    this.wire = wire;
    this.models = models;
    this.shutdownTimeout = timeout;
  }

  /**
   * Starts a worker.
   *
   * @param models closed with the worker, also where it can't start
   * @throws dev.lacuna.topology.process.StartupException if cluster or settings won't do
   * @throws dev.lacuna.schemas.SchemaSetupException if the registry won't do
   */
  public static RunningWorker start(Config config, ModelSet models) {
    RunningWorker worker =
        prepare(config, quiet -> models, WorkerSeams.NONE, StartTimes.sinceJvmStart());
    worker.begin();
    return worker;
  }

  /**
   * Makes a worker ready to begin; its models are loaded while the registry is asked. Others know
   * nothing of it until it has begun.
   *
   * @param loading loads the models, on a thread of its own; what it throws is thrown here
   * @param seams where tests put faults in
   * @param times gets the parts
   * @throws dev.lacuna.topology.process.StartupException if cluster or settings won't do
   * @throws dev.lacuna.schemas.SchemaSetupException if the registry won't do
   */
  public static RunningWorker prepare(
      Config config, Function<Runnable, ModelSet> loading, WorkerSeams seams, StartTimes times) {
    CompletableFuture<Void> quiet = new CompletableFuture<>();
    CompletableFuture<ModelSet> models =
        CompletableFuture.supplyAsync(
            () -> loading.apply(quiet::join), task -> new Thread(task, "lacuna-models").start());
    try {
      return prepare(config, models, quiet, seams, times);
    } catch (RuntimeException | Error e) {
      quiet.complete(null); // Nobody else would: the models' thread waits for it.
      closeOnceLoaded(models, e);
      throw e;
    }
  }

  private static RunningWorker prepare(
      Config config,
      CompletableFuture<ModelSet> models,
      CompletableFuture<Void> quiet,
      WorkerSeams seams,
      StartTimes times) {
    RegistryWireFormat wire =
        RegistryWireFormat.open(config.registry(), config.get(ConfigKeys.SCHEMAS_AUTO_REGISTER));
    try {
      wire.warmUp(ClientSettings.wireTopics(config));
      times.reached("registry");
      GenerationWorker.prepareCluster(
          WorkerSettings.topology(config), WorkerSettings.streams(config));
      times.reached("cluster");
      quiet.complete(null);
      ModelSet loaded = join(models);
      times.reached("models");
      GenerationWorker worker = worker(config, wire, loaded, seams);
      return new RunningWorker(worker, wire, loaded, config.get(ConfigKeys.SHUTDOWN_TIMEOUT));
    } catch (RuntimeException | Error e) {
      wire.close();
      throw e;
    }
  }

  private static GenerationWorker worker(
      Config config, RegistryWireFormat wire, ModelSet models, WorkerSeams seams) {
    return new GenerationWorker(
        WorkerSettings.topology(config),
        WorkerSettings.streams(config),
        wire,
        models.engine(),
        models.flightLog(),
        models,
        new SimpleMeterRegistry(),
        seams);
  }

  private static ModelSet join(CompletableFuture<ModelSet> models) {
    try {
      return models.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Closes what was loaded, once it is; what kept it from being loaded comes before the rest. */
  private static void closeOnceLoaded(CompletableFuture<ModelSet> models, Throwable failure) {
    ModelSet loaded;
    try {
      loaded = join(models);
    } catch (RuntimeException | Error notLoaded) {
      if (notLoaded != failure) {
        notLoaded.addSuppressed(failure);
        throw notLoaded;
      }
      return;
    }
    loaded.close();
  }

  /** Joins the group and works; does nothing if the worker was closed by now. */
  public void begin() {
    if (worker.tellDeath()) { // Without the lock: a close ends it.
      synchronized (this) {
        if (!closed) {
          worker.start();
        }
      }
    }
  }

  /** Whether it has its partitions and works. */
  public boolean ready() {
    return worker.ready();
  }

  /** Waits until the worker has its partitions; false if it stopped before it ever had them. */
  public boolean awaitReady() throws InterruptedException {
    return worker.awaitReady();
  }

  /** What stopped the worker or its engine, if something did. */
  public Optional<Throwable> failure() {
    return worker.failure();
  }

  /** Waits until Kafka Streams has stopped, for whatever reason; false if the time ran out. */
  public boolean awaitStopped(Duration timeout) throws InterruptedException {
    return worker.awaitStopped(timeout);
  }

  /** Forward passes of the engine and their device time so far, for the log. */
  public String engineTotals() {
    return "forwardPasses=%d deviceSeconds=%.3f"
        .formatted(
            models.engine().snapshot().forwardPasses(),
            models.engine().deviceClockMicros() / MICROS_PER_SECOND);
  }

  /** Stops cleanly: commits what is done; accepted work goes on with the next owner. */
  @Override
  public void close() {
    closeInOrder();
  }

  /** The same; false if the configured time ran out before everything had ended. */
  public boolean closeInOrder() {
    return close(shutdownTimeout);
  }

  /** Stops cleanly within a time; false if it ran out, or the worker was closed before. */
  public synchronized boolean close(Duration timeout) {
    if (closed) {
      return false;
    }
    closed = true;
    boolean ended = worker.close(timeout);
    if (!ended) {
      log.warn("the stream threads did not end in time, accepted work is kept timeout={}", timeout);
    }
    models.close();
    wire.close();
    return ended;
  }
}
