package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.CanvasPlan;

/**
 * One canvas to be taken through its steps.
 *
 * @param model name of the model, known to the engine
 * @param plan the canvas
 * @param settings checked settings
 * @param sample number of the sample in its request, from 1; part of the randomness
 * @param pass number of the pass in its document, from 1; part of the randomness
 * @param priority higher goes first among waiting runs
 * @param deadlineMicros instant in microseconds since the epoch, {@link Long#MAX_VALUE} for none;
 *     orders runs of equal priority
 * @param acceptedMicros instant of acceptance in microseconds since the epoch; older goes first
 * @param from where to start; a fresh run starts at {@link RunProgress#start}
 */
public record RunSpec(
    String model,
    CanvasPlan plan,
    SamplingSettings settings,
    int sample,
    int pass,
    int priority,
    long deadlineMicros,
    long acceptedMicros,
    RunProgress from) {}
