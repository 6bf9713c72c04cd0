package dev.lacuna.evaluation.conformance;

import dev.lacuna.evaluation.conformance.kit.KitModel;
import dev.lacuna.evaluation.conformance.kit.KitOverrides;
import dev.lacuna.evaluation.published.PublishedModel;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.LogitsPass;

/**
 * A model of a kit, each of its graphs loaded when a case first needs it: the bare transformer, the
 * one that serves, and the one with recorded Gumbel noise.
 *
 * <p>Threading: owned by the thread that runs the cases.
 */
final class ModelUnderTest implements AutoCloseable {

  private final KitModel model;
  private final ForwardPassOptions options;
  private LogitsPass logits;
  private PublishedModel serving;
  private PublishedModel gumbel;

  ModelUnderTest(KitModel model, ForwardPassOptions options) {
    this.model = model;
    this.options = options;
  }

  /** The transformer without a head. */
  LogitsPass logits() {
    if (logits == null) {
      logits = LogitsPass.open(model.folder(), overrides(), options);
    }
    return logits;
  }

  /** The serving graph. */
  ForwardPass serving() {
    return opened().forwardPass();
  }

  /** The serving transformer with the head that takes recorded noise. */
  ForwardPass gumbel() {
    if (gumbel == null) {
      gumbel = PublishedModel.openGumbel(model.folder(), model.name(), overrides(), options);
    }
    return gumbel.forwardPass();
  }

  /** What is known of the model, with the rules of published samplers. */
  ModelFacts facts() {
    return opened().facts();
  }

  private PublishedModel opened() {
    if (serving == null) {
      serving = PublishedModel.open(model.folder(), model.name(), overrides(), options);
    }
    return serving;
  }

  private FactOverrides overrides() {
    return KitOverrides.of(model);
  }

  @Override
  public void close() {
    if (logits != null) {
      logits.close();
    }
    if (serving != null) {
      serving.forwardPass().close();
    }
    if (gumbel != null) {
      gumbel.forwardPass().close();
    }
  }
}
