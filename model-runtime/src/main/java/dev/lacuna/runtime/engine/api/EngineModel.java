package dev.lacuna.runtime.engine.api;

import dev.lacuna.runtime.facts.ModelFacts;

/**
 * A model that an engine serves.
 *
 * @param facts what the sampler needs to know of it
 * @param forwardPass its forward pass on the engine's device; owned by the engine from then on
 * @param cost what a forward pass costs there
 */
public record EngineModel(ModelFacts facts, ForwardPass forwardPass, StepCost cost) {

  /** A model whose forward pass was not measured. */
  public EngineModel(ModelFacts facts, ForwardPass forwardPass) {
    this(facts, forwardPass, StepCost.UNMEASURED);
  }

  /** The same model once its cost is known. */
  public EngineModel withCost(StepCost cost) {
    return new EngineModel(facts, forwardPass, cost);
  }
}
