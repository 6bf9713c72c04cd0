package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.ModelFacts;

/**
 * A model that an engine serves.
 *
 * @param facts what the sampler needs to know of it
 * @param forwardPass its forward pass on the engine's device; owned by the engine from then on
 */
public record EngineModel(ModelFacts facts, ForwardPass forwardPass) {}
