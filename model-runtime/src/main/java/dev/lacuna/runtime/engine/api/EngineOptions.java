package dev.lacuna.runtime.engine.api;

import java.util.Map;

/**
 * Settings of an engine.
 *
 * @param slots most rows that share a forward pass, 1 to {@link #SLOTS_MAX}; {@link #AUTO} for as
 *     many as saturate the device, which are more the shorter they are
 * @param oldestEvery one part in so many of the device's time goes to the oldest run, whatever its
 *     priority; at least 1
 * @param stretch how many times its own work a run may take, counted from its acceptance, before it
 *     is due; runs that are due first go first. 0 is first come, first served; large values are
 *     shortest first
 * @param longerGain how many times as much a forward pass has to do for its time to be longer than
 *     the run that it is chosen for needs: longer ones pad it, and leave out others of its length;
 *     at least 1
 * @param weights of flows by name, {@link #WEIGHT_MIN} to {@link #WEIGHT_MAX}; 1 for all others. A
 *     flow of twice the weight gets twice the time while both have work
 * @param agingMicros for every so many microseconds since its acceptance a run's priority rises by
 *     one; 0 for never, otherwise at least 1000
 */
public record EngineOptions(
    int slots,
    int oldestEvery,
    double stretch,
    double longerGain,
    Map<String, Double> weights,
    long agingMicros) {

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
   * 16 slots, an eighth of the time for the oldest, due after 30 times the run's own work, and a
   * gain of 1.5. The last three were chosen of 25 settings by simulating the committed traces with
   * one seed; other traffic may be served better by others. All flows weigh the same, and nothing
   * ages.
   */
  public static final EngineOptions DEFAULT = new EngineOptions(16, 8, 30, 1.5);

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
    if (oldestEvery < 1) {
      throw new IllegalArgumentException("oldestEvery is " + oldestEvery + "; it must be >= 1");
    }
    if (!(stretch >= 0 && stretch <= 1e6)) {
      throw new IllegalArgumentException("stretch is " + stretch + "; it must be from 0 to 1e6");
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

  /** Options under which all flows weigh the same and nothing ages. */
  public EngineOptions(int slots, int oldestEvery, double stretch, double longerGain) {
    this(slots, oldestEvery, stretch, longerGain, Map.of(), 0);
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
    return new EngineOptions(slots, 8, 30, 1);
  }

  /** These options with another number of slots, or {@link #AUTO}. */
  public EngineOptions withSlots(int slots) {
    return new EngineOptions(slots, oldestEvery, stretch, longerGain, weights, agingMicros);
  }

  /** These options with other weights of flows. */
  public EngineOptions withWeights(Map<String, Double> weights) {
    return new EngineOptions(slots, oldestEvery, stretch, longerGain, weights, agingMicros);
  }

  /** These options with another period of ageing in microseconds, 0 for none. */
  public EngineOptions withAging(long agingMicros) {
    return new EngineOptions(slots, oldestEvery, stretch, longerGain, weights, agingMicros);
  }
}
