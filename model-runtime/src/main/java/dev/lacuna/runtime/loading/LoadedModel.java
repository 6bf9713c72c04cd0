package dev.lacuna.runtime.loading;

import dev.lacuna.runtime.LocalModel;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.text.tokenizer.HuggingFaceTextCodec;

/**
 * A model in memory.
 *
 * @param model what intake and drain need
 * @param engineModel what the engine needs; the engine that gets it closes its forward pass
 * @param codec its tokenizer, closed by whoever loaded the model, after the engine
 */
public record LoadedModel(LocalModel model, EngineModel engineModel, HuggingFaceTextCodec codec) {}
