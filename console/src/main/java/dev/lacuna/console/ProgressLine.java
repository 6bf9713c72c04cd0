package dev.lacuna.console;

import java.time.Duration;

/**
 * Progress on standard error: one line that is written over on a terminal, a plain line now and
 * then in a pipe.
 *
 * <p>Threading: used by one thread.
 */
public final class ProgressLine implements AutoCloseable {
  private static final int BAR_CELLS = 24;
  private static final String ERASE = "\r\u001b[2K";

  private final Console console;
  private final long plainIntervalNanos;
  private long lastPlainNanos;
  private String lastText = "";
  private boolean shown;

  /**
   * Nothing is written yet.
   *
   * @param plainInterval least time between two lines in a pipe
   */
  public ProgressLine(Console console, Duration plainInterval) {
    this.console = console;
    this.plainIntervalNanos = plainInterval.toNanos();
  }

  /**
   * Shows how far it got.
   *
   * @param done of {@code total}, which may be 0
   * @param text what stands beside the bar
   * @param nowNanos a monotonic clock
   */
  public void show(long done, long total, String text, long nowNanos) {
    if (console.live()) {
      String line = bar(done, total) + " " + text;
      console
          .err()
          .print(ERASE + line.substring(0, Math.min(line.length(), console.columns() - 1)));
      console.err().flush();
      shown = true;
    } else if (!text.equals(lastText)
        && (lastText.isEmpty() || nowNanos - lastPlainNanos >= plainIntervalNanos)) {
      console.err().println(text);
      lastPlainNanos = nowNanos;
      lastText = text;
    }
  }

  /** Writes a line that stays, above the progress. */
  public void note(String line) {
    close();
    console.err().println(Visible.of(line));
  }

  /** Takes the line off the terminal. */
  @Override
  public void close() {
    if (shown) {
      console.err().print(ERASE);
      console.err().flush();
      shown = false;
    }
  }

  static String bar(long done, long total) {
    int full = total <= 0 ? 0 : (int) Math.min(BAR_CELLS, BAR_CELLS * done / total);
    return "█".repeat(full) + "░".repeat(BAR_CELLS - full);
  }
}
