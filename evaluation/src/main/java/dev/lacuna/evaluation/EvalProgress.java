package dev.lacuna.evaluation;

import dev.lacuna.console.ProgressLine;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Shows which measure is under way and how far it got.
 *
 * <p>Threading: used by one thread.
 */
public final class EvalProgress {

  private final ProgressLine line;
  private final LongSupplier nanos;

  /**
   * Shows on a line.
   *
   * @param nanos a monotonic clock
   */
  public EvalProgress(ProgressLine line, LongSupplier nanos) {
    this.line = line;
    this.nanos = nanos;
  }

  /** A measure begins; tell the result how many of {@code total} things are behind it. */
  public IntConsumer stage(String what, int total) {
    line.show(0, total, what, nanos.getAsLong());
    return done -> line.show(done, total, what + ": " + done + " of " + total, nanos.getAsLong());
  }
}
