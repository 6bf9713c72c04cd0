package dev.lacuna.runtime.engine.api;

import java.util.Map;

/**
 * Settings of an engine.
 *
 * @param slots most rows that share a forward pass, 1 to {@link #SLOTS_MAX}; {@link #AUTO} for as
 *     many as saturate the device, which are more the shorter they are
 * @param longerGain how many times as much a forward pass has to do for its time to be longer than
 *     the run that it is chosen for needs: longer ones pad it, and leave out others of its length;
 *     at least 1
 * @param weights of flows by name, {@link #WEIGHT_MIN} to {@link #WEIGHT_MAX}; 1 for all others. A
 *     flow of twice the weight gets twice the time while both have work
 * @param agingMicros for every so many microseconds since its acceptance a run's priority rises by
 *     one; 0 for never, otherwise at least 1000
 */
public record EngineOptions(
    int slots, double longerGain, Map<String, Double> weights, long agingMicros) {

  /** Value of {@link #slots}: the cost of a forward pass decides. */
  public static final int AUTO = 0;

  /** Bound of {@link #slots}. */
  public static final int SLOTS_MAX = 1024;

  /** Least weight of a flow. */
  public static final double WEIGHT_MIN = 0.001;

  /** Greatest weight of a flow. */
  public static final double WEIGHT_MAX = 1000;

  private static final long AGING_MICROS_MIN = 1000;

  /**
   * 16 slots and a gain of 1.5, which was chosen by simulation, like the constants of {@link
   * dev.lacuna.runtime.engine.schedule.BatchPolicy}. All flows weigh the same, and nothing ages.
   */
  public static final EngineOptions DEFAULT = new EngineOptions(16, 1.5, Map.of(), 0);

  /** Checks the bounds. */
  public EngineOptions {
    if (slots < AUTO || slots > SLOTS_MAX) {
      throw new IllegalArgumentException(
          "slots is "
              + slots
              + "; it must be from 1 to "
              + SLOTS_MAX
              + ", or 0 to let the cost of a forward pass decide");
    }
    if (!(longerGain >= 1)) {
      throw new IllegalArgumentException("longerGain is " + longerGain + "; it must be >= 1");
    }
    if (agingMicros != 0 && agingMicros < AGING_MICROS_MIN) {
      throw new IllegalArgumentException(
          "agingMicros is "
              + agingMicros
              + "; it must be at least "
              + AGING_MICROS_MIN
              + ", or 0 for none");
    }
    weights = Map.copyOf(weights);
    weights.forEach(EngineOptions::checkWeight);
  }

  private static void checkWeight(String flow, double weight) {
    if (!(weight >= WEIGHT_MIN && weight <= WEIGHT_MAX)) {
      throw new IllegalArgumentException(
          "weights: the weight of '%s' is %s; it must be from %s to %s"
              .formatted(flow, weight, WEIGHT_MIN, WEIGHT_MAX));
    }
  }

  /**
   * Options under which, with {@link StepCost#FLAT}, all runs share each forward pass as far as the
   * slots go: to show that results don't depend on it.
   */
  public static EngineOptions together(int slots) {
    return new EngineOptions(slots, 1, Map.of(), 0);
  }

  /** These options with another number of slots, or {@link #AUTO}. */
  public EngineOptions withSlots(int slots) {
    return new EngineOptions(slots, longerGain, weights, agingMicros);
  }

  /** These options with other weights of flows. */
  public EngineOptions withWeights(Map<String, Double> weights) {
    return new EngineOptions(slots, longerGain, weights, agingMicros);
  }

  /** These options with another period of ageing in microseconds, 0 for none. */
  public EngineOptions withAging(long agingMicros) {
    return new EngineOptions(slots, longerGain, weights, agingMicros);
  }
}
