package dev.lacuna.worker;

import dev.lacuna.schemas.RegistryWireFormat;
import dev.lacuna.topology.GenerationWorker;
import dev.lacuna.topology.WorkerSeams;
import dev.lacuna.topology.startup.ClusterChecks;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.kafka.BrokerProbe;
import dev.lacuna.worker.kafka.ClientSettings;
import dev.lacuna.worker.models.ModelSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Puts a worker together from its configuration. */
public final class WorkerStart {
  private WorkerStart() {}

  /**
   * Starts a worker.
   *
   * @param models closed with the worker, also where it can't start
   * @throws dev.lacuna.topology.startup.StartupException if cluster or settings won't do
   * @throws dev.lacuna.schemas.SchemaSetupException if the registry won't do
   */
  public static GenerationWorker start(Config config, ModelSet models) {
    GenerationWorker worker =
        prepareOrClose(
            config,
            CompletableFuture.completedFuture(models),
            new CompletableFuture<>(),
            WorkerSeams.NONE,
            StartTimes.sinceJvmStart());
    worker.start();
    return worker;
  }

  /**
   * Makes a worker ready to begin; its models are loaded while the registry is asked. Others know
   * nothing of it until it has begun. What is wrong with the cluster or the registry is told at
   * once: models that are still being loaded then are closed by their own thread once they are, and
   * a process that ends before must not run its shutdown hooks.
   *
   * @param loading loads the models, on a thread of its own; what it throws is thrown here
   * @param seams where tests put faults in
   * @param times gets the parts
   * @throws dev.lacuna.topology.startup.StartupException if cluster or settings won't do
   * @throws dev.lacuna.schemas.SchemaSetupException if the registry won't do
   */
  public static GenerationWorker prepare(
      Config config, Function<Runnable, ModelSet> loading, WorkerSeams seams, StartTimes times) {
    CompletableFuture<Void> quiet = new CompletableFuture<>();
    CompletableFuture<ModelSet> models =
        CompletableFuture.supplyAsync(
            () -> loading.apply(quiet::join), task -> daemon(task).start());
    return prepareOrClose(config, models, quiet, seams, times);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "lacuna-models");
    thread.setDaemon(true); // A start that is refused waits for no model.
    return thread;
  }

  private static GenerationWorker prepareOrClose(
      Config config,
      CompletableFuture<ModelSet> models,
      CompletableFuture<Void> quiet,
      WorkerSeams seams,
      StartTimes times) {
    try {
      return prepare(config, models, quiet, seams, times);
    } catch (RuntimeException | Error e) {
      quiet.complete(null); // Nobody else would: the models' thread waits for it.
      closeOnceLoaded(models, e);
      throw e;
    }
  }

  private static GenerationWorker prepare(
      Config config,
      CompletableFuture<ModelSet> models,
      CompletableFuture<Void> quiet,
      WorkerSeams seams,
      StartTimes times) {
    BrokerProbe.requireAnswer(config); // First: the others' words for its absence mislead.
    times.reached("broker");
    RegistryWireFormat wire =
        RegistryWireFormat.open(config.registry(), config.get(ConfigKeys.SCHEMAS_AUTO_REGISTER));
    try {
      wire.warmUp(ClientSettings.wireTopics(config));
      times.reached("registry");
      new ClusterChecks(WorkerSettings.topology(config), WorkerSettings.streams(config)).prepare();
      times.reached("cluster");
      quiet.complete(null);
      ModelSet loaded = join(models);
      times.reached("models");
      return worker(config, wire, loaded, seams);
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
        seams,
        config.get(ConfigKeys.SHUTDOWN_TIMEOUT),
        List.of(models, wire));
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

  /**
   * Closes what was loaded, now or once it is. What kept models from being loaded already comes
   * before the rest.
   */
  private static void closeOnceLoaded(CompletableFuture<ModelSet> models, Throwable failure) {
    if (!models.isDone()) {
      models.thenAccept(ModelSet::close);
      return;
    }
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
}
