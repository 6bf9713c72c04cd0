package dev.lacuna.runtime.engine.step;

/**
 * Most cells (rows × length) of a model's forward passes, as running out of memory teaches: half of
 * what was too much. After many passes under the limit it is raised by a half, since what took the
 * memory may be gone; every time that this was wrong, the next try comes after twice as many. It
 * stops rising where it lets in what was too much: only batches of that size can tell more.
 *
 * <p>Threading: owned by the engine's thread.
 */
public final class CellLimit {

  /** No limit. */
  public static final int NONE = Integer.MAX_VALUE;

  /** Forward passes before the first try with more: some seconds, where they take 10 ms. */
  static final int PATIENCE = 500;

  private static final int PATIENCE_MAX = 64_000;

  private int cells = NONE;
  private int tooMany = NONE; // fewest that were too much
  private int fitted; // most that ever went well
  private int patience = PATIENCE;
  private int good; // forward passes since the limit changed
  private boolean raised; // since it was lowered last

  /** The limit; {@link #NONE} before memory ever ran out. */
  int cells() {
    return cells;
  }

  /** Whether a forward pass of so many cells has ever gone well. */
  boolean hasFitted(int cells) {
    return cells <= fitted;
  }

  /** So many cells ran out of memory. */
  void tooMany(int cells) {
    tooMany = Math.min(tooMany, cells);
    this.cells = Math.max(1, cells / 2);
    if (raised) {
      patience = Math.min(PATIENCE_MAX, 2 * patience);
      raised = false;
    }
    good = 0;
  }

  /** A forward pass of so many cells went well; true if the limit changed by it. */
  boolean wentWell(int cells) {
    fitted = Math.max(fitted, cells);
    if (this.cells == NONE) {
      return false;
    }
    if (cells >= tooMany) { // what took the memory is gone
      this.cells = NONE;
      tooMany = NONE;
      raised = false;
      return true;
    }
    if (++good < patience) {
      return false;
    }
    good = 0;
    int before = this.cells;
    long larger = before + Math.max(1L, before / 2);
    this.cells = (int) Math.max(before, Math.min(larger, Math.min(2L * tooMany, NONE - 1)));
    raised |= this.cells > before;
    return this.cells > before;
  }
}
