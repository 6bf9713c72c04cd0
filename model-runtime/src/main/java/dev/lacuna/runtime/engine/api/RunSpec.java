package dev.lacuna.runtime.engine.api;

import dev.lacuna.runtime.sampling.RandomSource;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;

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
 * @param flow whose share of the device the run takes, where shares are weighted; "" for the common
 *     one
 * @param alone whether no other run shares its forward passes, and none but such runs gets any
 *     while it lives: if the process dies, this run is to blame. {@link
 *     GenerationEngine.RunHandle#share} ends it
 * @param passenger whose run it is, for the flight log; opaque to the engine, never written. Empty
 *     if nobody will ask
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
    RunProgress from,
    String flow,
    boolean alone,
    byte[] passenger) {
  private static final byte[] NOBODY = {};

  /** A run in company, in the common flow. */
  public RunSpec(
      String model,
      DocumentPlan plan,
      SamplingSettings settings,
      RandomSource random,
      int sample,
      int priority,
      long deadlineMicros,
      long acceptedMicros,
      RunProgress from) {
    this(
        model,
        plan,
        settings,
        random,
        sample,
        priority,
        deadlineMicros,
        acceptedMicros,
        from,
        "",
        false,
        NOBODY);
  }
}
