package dev.lacuna.runtime.engine;

/**
 * Settings of an engine.
 *
 * @param slots most rows that share a forward pass, 1 to {@link #SLOTS_MAX}
 * @param oldestEvery of how many slots given away one goes to the oldest waiting run, whatever its
 *     priority; at least 1
 */
public record EngineOptions(int slots, int oldestEvery) {

  /** Bound of {@link #slots}; scratch memory grows with slots × canvas limit. */
  public static final int SLOTS_MAX = 1024;

  /** 16 slots, of which every eighth goes to the oldest. */
  public static final EngineOptions DEFAULT = new EngineOptions(16, 8);

  /** Checks the bounds. */
  public EngineOptions {
    if (slots < 1 || slots > SLOTS_MAX) {
      throw new IllegalArgumentException(
          "slots is " + slots + "; it must be from 1 to " + SLOTS_MAX);
    }
    if (oldestEvery < 1) {
      throw new IllegalArgumentException("oldestEvery is " + oldestEvery + "; it must be >= 1");
    }
  }

  /** These options with another number of slots. */
  public EngineOptions withSlots(int slots) {
    return new EngineOptions(slots, oldestEvery);
  }
}
