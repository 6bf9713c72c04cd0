package dev.lacuna.runtime;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingRules;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.CanvasPlanner;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.DocumentReader;
import dev.lacuna.runtime.text.FilledDocument;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.runtime.text.TextCodec;

/**
 * A model whose files are at hand.
 *
 * <p>Threading: immutable; any thread may call any method.
 */
public final class LocalModel implements GenerationModel {

  private final ModelFacts facts;
  private final TextCodec codec;
  private final String fingerprint;
  private final ModelLimits limits;
  private final CanvasPlanner planner;
  private final DocumentReader reader;

  /**
   * Puts the parts together.
   *
   * @param fingerprint see {@link GenerationModel#fingerprint}
   * @param limits what a request may ask for at most
   */
  public LocalModel(ModelFacts facts, TextCodec codec, String fingerprint, ModelLimits limits) {
    this.facts = facts;
    this.codec = codec;
    this.fingerprint = fingerprint;
    this.limits = limits;
    this.planner = new CanvasPlanner(facts, codec, limits);
    this.reader = new DocumentReader(facts, codec);
  }

  @Override
  public String name() {
    return facts.name();
  }

  @Override
  public String revision() {
    return facts.revision();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /** Longest canvas in tokens. */
  public int canvasLimit() {
    return facts.canvasLimit();
  }

  @Override
  public int maxTokenBytes() {
    return codec.maxTokenBytes();
  }

  @Override
  public Checked<SamplingSettings> settings(SamplingOverrides overrides, long seedIfAbsent) {
    return SamplingRules.decide(overrides, facts, limits.steps(), seedIfAbsent);
  }

  @Override
  public Checked<DocumentPlan> plan(Document document) {
    return planner.plan(document);
  }

  @Override
  public FilledDocument read(DocumentPlan plan, SamplingSettings settings, RunProgress finished) {
    return reader.read(plan, settings, finished);
  }
}
