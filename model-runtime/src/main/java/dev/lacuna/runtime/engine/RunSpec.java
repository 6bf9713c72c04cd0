package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.sampling.RandomSource;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;

/**
 * One document to be taken through the steps of all its passes.
 *
 * @param model name of the model, known to the engine
 * @param plan the document's canvases
 * @param settings checked settings
 * @param random the sample's random numbers
 * @param sample number of the sample in its request, from 1; tells runs apart, decides nothing
 * @param priority higher goes first among waiting runs
 * @param deadlineMicros instant in microseconds since the epoch, {@link Long#MAX_VALUE} for none;
 *     orders runs of equal priority
 * @param acceptedMicros instant of acceptance in microseconds since the epoch; older goes first
 * @param from where to start; a fresh run starts at {@link RunProgress#start}
 */
public record RunSpec(
    String model,
    DocumentPlan plan,
    SamplingSettings settings,
    RandomSource random,
    int sample,
    int priority,
    long deadlineMicros,
    long acceptedMicros,
    RunProgress from) {}
