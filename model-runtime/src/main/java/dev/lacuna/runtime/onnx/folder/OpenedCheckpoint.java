package dev.lacuna.runtime.onnx.folder;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.facts.ModelFacts;
import java.nio.file.Path;

/**
 * A checkpoint ready to run.
 *
 * @param facts what the sampler, the planner and the engine need to know
 * @param forwardPass the loaded model; to be closed by whoever runs it
 * @param fingerprint what results depend on besides the request
 * @param tokenizer path of tokenizer.json
 */
public record OpenedCheckpoint(
    ModelFacts facts, ForwardPass forwardPass, RuntimeFingerprint fingerprint, Path tokenizer) {}
