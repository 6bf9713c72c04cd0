package dev.lacuna.topology.outbox;

import dev.lacuna.topology.process.WorkerClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Which of many like events are told: the first, then one every ten seconds with the number of
 * those in between. Whoever sends hostile records must not fill the disk of those who read them;
 * counters and dead letters have them all.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class LogPace {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final WorkerClock clock;
  private final long pauseNanos;
  private final Map<String, Told> told = new HashMap<>();

  private static final class Told {
    private long atNanos;
    private long since;
  }

  /** Nothing told yet. */
  public LogPace(WorkerClock clock) {
    this(clock, PAUSE);
  }

  /** Nothing told yet; of a kind one is told in this time. */
  public LogPace(WorkerClock clock, Duration pause) {
    this.clock = clock;
    this.pauseNanos = pause.toNanos();
  }

  /**
   * Whether to tell an event.
   *
   * @param kind one of few; events of a kind are alike
   * @return how many of the kind were not told since the last that was; empty: don't tell this one
   */
  public OptionalLong tell(String kind) {
    long now = clock.nanos();
    Told last = told.get(kind);
    if (last != null && now - last.atNanos < pauseNanos) {
      last.since++;
      return OptionalLong.empty();
    }
    Told next = last == null ? new Told() : last;
    long untold = next.since;
    next.atNanos = now;
    next.since = 0;
    told.put(kind, next);
    return OptionalLong.of(untold);
  }
}
