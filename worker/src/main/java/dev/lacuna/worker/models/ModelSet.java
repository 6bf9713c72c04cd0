package dev.lacuna.worker.models;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.cost.CostCurve;
import dev.lacuna.runtime.engine.cost.CostProbe;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.flight.FlightLog;
import dev.lacuna.runtime.flight.MappedFlightLog;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.loading.ModelLoader;
import dev.lacuna.runtime.onnx.device.CudaSettings;
import dev.lacuna.topology.process.ModelCatalog;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of a process and the engine that runs them.
 *
 * <p>Threading: any thread may call any method; {@link #close} comes last, after every user;
 * closing again does nothing.
 */
public final class ModelSet implements ModelCatalog, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelSet.class);

  /** Spent at start on forward passes that warm the models up and show what batches cost. */
  private static final Duration PROBE_TIME = Duration.ofSeconds(1);

  private final Map<String, LoadedModel> models;
  private final Map<String, String> unavailable; // why, in words for somebody outside
  private final DenoisingEngine engine;
  private final MappedFlightLog flightLog;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ModelSet(LoadedModels models, DenoisingEngine engine, MappedFlightLog flightLog) {
    this.models = models.ready();
    this.unavailable = models.unavailable();
    this.engine = engine;
    this.flightLog = flightLog;
  }

  /**
   * Loads the models of a configuration and starts their engine. Of several, those that can't be
   * loaded are unavailable; without one that can, the first one's reason is the outcome.
   *
   * @return the models, or a refusal for a device or tokenizer that can't be used
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if no folder can be used
   * @throws dev.lacuna.runtime.onnx.ort.ForwardPassException if the runtime or device can't be used
   * @throws dev.lacuna.runtime.flight.FlightLogException if the state folder can't be used, or
   *     another worker uses it
   */
  public static Checked<ModelSet> load(Config config) {
    return load(config, () -> {});
  }

  /**
   * The same for a process that does other things meanwhile.
   *
   * @param beforeMeasuring called when all is loaded and what a forward pass costs is measured
   *     next; may wait until nothing else takes the cores
   */
  public static Checked<ModelSet> load(Config config, Runnable beforeMeasuring) {
    return load(config, beforeMeasuring, (name, forwardPass) -> forwardPass);
  }

  /**
   * The same with other forward passes.
   *
   * @param wrap gets a model's name and forward pass once its cost was measured; its result takes
   *     the forward pass's place
   */
  public static Checked<ModelSet> load(
      Config config, Runnable beforeMeasuring, BiFunction<String, ForwardPass, ForwardPass> wrap) {
    return ModelLoader.of(
            config.get(ConfigKeys.DEVICE),
            config.get(ConfigKeys.DTYPE),
            config.get(ConfigKeys.THREADS),
            new ModelLimits(
                config.get(ConfigKeys.STEPS_MAX),
                config.get(ConfigKeys.BLANK_TOKENS_MAX),
                config.get(ConfigKeys.DOCUMENT_TOKENS_MAX)))
        .then(loader -> load(loader.withCuda(cuda(config)), config, beforeMeasuring, wrap));
  }

  private static CudaSettings cuda(Config config) {
    boolean refuses = config.get(ConfigKeys.GPU_CPU_NODES).equals("refuse");
    return new CudaSettings(
        config.get(ConfigKeys.GPU_MEMORY_MAX_BYTES),
        refuses ? CudaSettings.OnCpu.REFUSE : CudaSettings.OnCpu.WARN);
  }

  private static Checked<ModelSet> load(
      ModelLoader loader,
      Config config,
      Runnable beforeMeasuring,
      BiFunction<String, ForwardPass, ForwardPass> wrap) {
    LoadedModels models = LoadedModels.load(loader, config.get(ConfigKeys.MODEL_DIR));
    MappedFlightLog flightLog = null;
    try {
      if (models.ready().isEmpty()) {
        return models.refusal();
      }
      beforeMeasuring.run();
      int slots = config.get(ConfigKeys.SLOTS);
      Duration budget = PROBE_TIME.dividedBy(models.ready().size());
      models.replaceEach(model -> measured(model, slots, budget));
      if (models.ready().isEmpty()) {
        return models.refusal();
      }
      flightLog = MappedFlightLog.open(flightLogFile(config));
      DenoisingEngine engine = engine(models.ready(), config, flightLog, wrap);
      return Checked.valid(new ModelSet(models, engine, flightLog));
    } catch (RuntimeException | Error e) {
      models.discard();
      if (flightLog != null) {
        flightLog.close();
      }
      throw e;
    }
  }

  /** Beside Kafka Streams' own folder, which it may wipe. */
  private static Path flightLogFile(Config config) {
    return config
        .get(ConfigKeys.STATE_DIR)
        .resolve(config.get(ConfigKeys.APPLICATION_ID) + ".flight-log");
  }

  private static DenoisingEngine engine(
      Map<String, LoadedModel> models,
      Config config,
      FlightLog flightLog,
      BiFunction<String, ForwardPass, ForwardPass> wrap) {
    int slots = config.get(ConfigKeys.SLOTS);
    List<EngineModel> forEngine =
        models.values().stream().map(model -> wrapped(model.engineModel(), wrap)).toList();
    EngineOptions options =
        EngineOptions.DEFAULT
            .withSlots(slots)
            .withWeights(config.get(ConfigKeys.FAIRNESS_WEIGHTS))
            .withAging(
                TimeUnit.MILLISECONDS.toMicros(config.get(ConfigKeys.PRIORITY_AGING).toMillis()));
    return new DenoisingEngine(forEngine, options, EngineClock.SYSTEM, flightLog);
  }

  private static EngineModel wrapped(
      EngineModel model, BiFunction<String, ForwardPass, ForwardPass> wrap) {
    ForwardPass forwardPass = wrap.apply(model.facts().name(), model.forwardPass());
    return new EngineModel(model.facts(), forwardPass, model.cost());
  }

  private static LoadedModel measured(LoadedModel loaded, int slots, Duration budget) {
    EngineModel model = loaded.engineModel();
    CostCurve cost =
        CostProbe.measure(model.facts(), model.forwardPass(), slots, budget, System::nanoTime);
    LOG.info("forward passes were measured model={} cost={}", model.facts().name(), cost);
    return new LoadedModel(loaded.model(), model.withCost(cost), loaded.codec());
  }

  /** The engine that runs the models. */
  public DenoisingEngine engine() {
    return engine;
  }

  /** Notes what this process is doing that may end it, and what the one before died of. */
  public MappedFlightLog flightLog() {
    return flightLog;
  }

  /** A model of the set with its tokenizer; null for one that is unavailable. */
  public LoadedModel loaded(String name) {
    return models.get(name);
  }

  @Override
  public Optional<GenerationModel> find(String name) {
    return Optional.ofNullable(models.get(name)).map(LoadedModel::model);
  }

  @Override
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(models.keySet());
    names.addAll(unavailable.keySet());
    return names;
  }

  @Override
  public Optional<String> unavailable(String name) {
    return Optional.ofNullable(unavailable.get(name));
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      engine.close();
      flightLog.close();
      models.values().forEach(model -> model.codec().close());
    }
  }
}
