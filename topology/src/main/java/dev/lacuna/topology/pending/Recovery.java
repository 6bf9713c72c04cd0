package dev.lacuna.topology.pending;

import java.time.Duration;

/**
 * What the tasks of a process share to find out which request kills it.
 *
 * @param turn whose suspect runs alone
 * @param wave how many requests begun carefully are unfinished at a time
 * @param careful how long an incarnation of a task is careful with requests that it reads
 */
public record Recovery(AloneTurn turn, Wave wave, Duration careful) {
  /**
   * As many as fill the batches of a large device, and few enough that running each of them alone,
   * should one of them kill the process, is a matter of a minute.
   */
  private static final int WAVE = 32;

  /**
   * A request that killed the process before any commit is read again by the next owner, among the
   * first. A minute covers the polls that bring them, and other tasks' restores before that.
   */
  private static final Duration CAREFUL = Duration.ofMinutes(1);

  /** For one process. */
  public static Recovery ofProcess() {
    return of(WAVE, CAREFUL);
  }

  /** With other bounds, for tests. */
  public static Recovery of(int wave, Duration careful) {
    return new Recovery(new AloneTurn(), new Wave(wave), careful);
  }
}
