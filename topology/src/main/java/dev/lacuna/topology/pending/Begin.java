package dev.lacuna.topology.pending;

import dev.lacuna.topology.store.Progress;

/**
 * What is stored of a request's begin, so that an owner who comes after a crash knows whom to
 * suspect: whether forward passes may have worked on it since its owner last stopped cleanly, and
 * how often its owners died while it ran alone.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class Begin {
  private final boolean restoredBegun;
  private int deathsAlone;
  private boolean begun;
  private boolean attempting;
  private boolean storedBegun;
  private int storedAttempts;

  private Begin(boolean restoredBegun, int deathsAlone) {
    this.restoredBegun = restoredBegun;
    this.begun = restoredBegun;
    this.storedBegun = restoredBegun;
    this.deathsAlone = deathsAlone;
    this.storedAttempts = deathsAlone;
  }

  /**
   * How the request stands when something of it is stored.
   *
   * @param lies whether it was laid down before a clean stop, and no run is with the engine
   * @param handedOver whether it was handed to the engine by this owner
   * @param progressed whether steps are stored that were not before
   */
  record Stage(boolean lies, boolean handedOver, boolean progressed) {}

  static Begin fresh() {
    return new Begin(false, 0);
  }

  static Begin restored(Progress progress) {
    return new Begin(progress.begun(), progress.attempts());
  }

  /** Whether it ran when an earlier owner died. */
  boolean suspect() {
    return restoredBegun;
  }

  /** Times that an owner died while it ran alone, without a new checkpoint. */
  int deathsAlone() {
    return deathsAlone;
  }

  /** Forward passes work on it from now on, or may once this is committed. */
  void begun() {
    begun = true;
  }

  /** An attempt to run it alone begins: it counts unless a step is stored. */
  void attempt() {
    begun = true;
    attempting = true;
  }

  /** What to store: whether forward passes may have worked on it. */
  boolean begun(Stage stage) {
    return stage.lies() ? restoredBegun && !stage.handedOver() : begun;
  }

  /** What to store: times it was begun alone since its last checkpoint. */
  int attempts(Stage stage) {
    if (stage.progressed()) {
      return 0;
    }
    return deathsAlone + (attempting && !stage.lies() ? 1 : 0);
  }

  /** Whether the store says so already. */
  boolean isStored(Stage stage) {
    return storedBegun == begun(stage) && storedAttempts == attempts(stage);
  }

  /** It is stored. */
  void stored(Stage stage) {
    storedBegun = begun(stage);
    storedAttempts = attempts(stage);
    if (stage.progressed()) {
      deathsAlone = 0;
      attempting = false;
    }
  }

  /** Whether the store says that it was begun. */
  boolean marked() {
    return storedBegun;
  }
}
