package dev.lacuna.evaluation;

import dev.lacuna.evaluation.measure.EngineInfill;
import dev.lacuna.evaluation.measure.LogitsPredictor;
import dev.lacuna.evaluation.measure.MaskedPredictor;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.loading.ModelLoader;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.LogitsPass;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.TextCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A model loaded twice: without a sampling head for its logits, and in an engine.
 *
 * <p>Threading: used by one thread; owns an engine and thereby its thread.
 */
final class EvalModel implements AutoCloseable {

  private final Path folder;
  private final ModelLoader loader;
  private final LoadedModel loaded;
  private final Checked<LogitsPass> logits;
  private final DenoisingEngine engine;
  private final long seed;

  private EvalModel(
      Path folder,
      ModelLoader loader,
      LoadedModel loaded,
      Checked<LogitsPass> logits,
      DenoisingEngine engine,
      long seed) {
    this.folder = folder;
    this.loader = loader;
    this.loaded = loaded;
    this.logits = logits;
    this.engine = engine;
    this.seed = seed;
  }

  /**
   * Loads a folder.
   *
   * @return the model, or a refusal for a device or tokenizer that can't be used
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if the other files can't be
   *     used
   * @throws dev.lacuna.runtime.onnx.ort.ForwardPassException if the runtime or the device can't be
   *     used
   */
  static Checked<EvalModel> open(Path folder, String device, String dtype, long seed) {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    return ModelLoader.of(device, dtype, 0, ModelLimits.DEFAULT)
        .then(
            loader ->
                loader
                    .load(name, folder)
                    .then(loaded -> Checked.valid(start(folder, loader, loaded, seed))));
  }

  private static EvalModel start(Path folder, ModelLoader loader, LoadedModel loaded, long seed) {
    Checked<LogitsPass> logits;
    try {
      logits = logits(folder, loader);
    } catch (RuntimeException e) {
      loaded.engineModel().forwardPass().close();
      loaded.codec().close();
      throw e;
    }
    DenoisingEngine engine =
        new DenoisingEngine(List.of(loaded.engineModel()), EngineOptions.DEFAULT);
    return new EvalModel(folder, loader, loaded, logits, engine, seed);
  }

  private static Checked<LogitsPass> logits(Path folder, ModelLoader loader) {
    return ManifestFile.isIn(folder)
        ? Checked.refused(
            RefusalCodes.UNSUPPORTED,
            "model",
            "%s is an imported model, whose graph gives tokens and no logits; measure the checkpoint that it was imported from."
                .formatted(folder))
        : Checked.valid(LogitsPass.open(folder, FactOverrides.NONE, loader.options()));
  }

  ModelFacts facts() {
    return loaded.engineModel().facts();
  }

  String fingerprint() {
    return loaded.model().fingerprint();
  }

  TextCodec codec() {
    return loaded.codec();
  }

  /**
   * Does something with the model in fp32 too, if it is in other numbers and has logits.
   *
   * @param use gets the model in fp32 and as it is
   */
  <T> Optional<T> besideFp32(BiFunction<MaskedPredictor, MaskedPredictor, T> use) {
    boolean compared =
        loader.options().dtype().filter(format -> format != NumberFormat.FP32).isPresent();
    if (!compared || !(predictor() instanceof Checked.Valid<MaskedPredictor> mine)) {
      return Optional.empty();
    }
    ForwardPassOptions whole = loader.options().withDtype(Optional.of(NumberFormat.FP32));
    try (LogitsPass pass = LogitsPass.open(folder, FactOverrides.NONE, whole)) {
      return Optional.of(use.apply(new LogitsPredictor(pass::run, facts()), mine.value()));
    }
  }

  /** What needs logits, or why there are none. */
  Checked<MaskedPredictor> predictor() {
    return logits.then(pass -> Checked.valid(new LogitsPredictor(pass::run, facts())));
  }

  EngineInfill infill() {
    return new EngineInfill(engine, facts(), System::nanoTime);
  }

  Checked<SamplingSettings> settings(SamplingOverrides overrides) {
    return loaded.model().settings(overrides, seed);
  }

  @Override
  public void close() {
    if (logits instanceof Checked.Valid<LogitsPass> valid) {
      valid.value().close();
    }
    engine.close();
    loaded.codec().close();
  }
}
