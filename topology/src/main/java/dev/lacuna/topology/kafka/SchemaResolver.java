package dev.lacuna.topology.kafka;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.process.SchemaLookup;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the registry for schemas, off the stream threads. Where it can't answer, all questions wait
 * together: one of them is tried again with growing pauses, each time another, so that neither a
 * registry that is away nor a schema that it fails to give is asked more often the more records
 * wait. An outage is told once, then every minute, and its end.
 *
 * <p>That the registry does not have a schema may be the word of a replica that lags: such a schema
 * is asked for again with growing pauses, and is unknown only once the registry has said so for a
 * time. While it goes on saying so, one more such answer is enough, so that a writer of bad records
 * does not fill a worker with records that wait. Time in which the registry said nothing does not
 * count, but for moments.
 *
 * <p>Answers hold for a moment; then a schema is asked for anew, so that one registered late is
 * found. Answers are bounded in number, the oldest go first. Open questions are not: each is of a
 * record that is kept, and those are bounded.
 *
 * <p>Threading: owns one daemon thread, which alone calls the registry; any thread may call {@link
 * #ask} and {@link #close}.
 */
public final class SchemaResolver implements SchemaLookup, AutoCloseable {
  /**
   * How long a schema is not asked for again: a cache may drop one that it holds, and one that
   * there is not may be registered.
   */
  private static final long HOLDS_NANOS = Duration.ofSeconds(1).toNanos();

  /** Of the time between two answers that there is no such schema, what counts at most. */
  private static final long SILENCE_NANOS = Duration.ofSeconds(10).toNanos();

  /** Pauses between two such answers: 16 times the first at most, and for each open doubt this. */
  private static final int DOUBT_DOUBLINGS_MAX = 4;

  private static final long DOUBT_PACE_MILLIS = 5;
  private static final long REMINDER_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int ANSWERS_MAX = 10_000;
  private static final int BACK_OFF_DOUBLINGS_MAX = 7;
  private static final Logger log = LoggerFactory.getLogger(SchemaResolver.class);

  private final IntFunction<SchemaFetch> registry;
  private final Duration firstBackOff;
  private final Duration patience;
  private final LongSupplier nanos;
  private final ScheduledThreadPoolExecutor thread;

  // Guarded by this, as is all that follows. In order of answering, asking and failing.
  private final Map<Integer, Answer> answers = new LinkedHashMap<>();
  private final Set<Integer> fresh = new LinkedHashSet<>();
  private final Set<Integer> failed = new LinkedHashSet<>();
  private final Map<Integer, Doubt> doubts = new HashMap<>(); // open questions answered so once
  private boolean working;
  private ScheduledFuture<?> nextTry;
  private int failures;
  private boolean outageTold;
  private boolean reminderWaits;
  private long outageToldNanos;
  private long outageBeganNanos;
  private boolean doubtWasTold;
  private long doubtToldNanos;

  private record Answer(SchemaFetch outcome, long nanos) {}

  /**
   * The registry has said that it has no such schema, and may not know better.
   *
   * @param doubtedNanos how long it has said so
   */
  private record Doubt(long doubtedNanos, int answers, long lastNanos) {}

  /**
   * Asks nothing yet.
   *
   * @param registry fetches a schema by id; may block
   * @param firstBackOff pause after the first failure; doubled up to 128-fold
   * @param patience how long the registry must say that it has no such schema before it is believed
   * @param nanos a clock that never goes back
   */
  public SchemaResolver(
      IntFunction<SchemaFetch> registry,
      Duration firstBackOff,
      Duration patience,
      LongSupplier nanos) {
    this.registry = registry;
    this.firstBackOff = firstBackOff;
    this.patience = patience;
    this.nanos = nanos;
    this.thread = DaemonThread.named("lacuna-schemas");
  }

  @Override
  public synchronized Optional<SchemaFetch> ask(int schemaId) {
    Answer answer = answers.get(schemaId);
    if (answer != null && age(answer) <= HOLDS_NANOS) {
      return Optional.of(answer.outcome());
    }
    if (!failed.contains(schemaId) && !doubts.containsKey(schemaId) && fresh.add(schemaId)) {
      wake();
    }
    return Optional.empty();
  }

  /** A new question does not wait for the long pause that an old one has come to. */
  private void wake() {
    if (!working && nextTry == null) {
      working = true;
      thread.execute(this::work);
    } else if (nextTry != null
        && nextTry.getDelay(TimeUnit.MILLISECONDS) > firstBackOff.toMillis()) {
      tryAgain(firstBackOff.toMillis());
    }
  }

  private void tryAgain(long millis) {
    if (nextTry != null) {
      nextTry.cancel(false);
    }
    nextTry = thread.schedule(this::work, millis, TimeUnit.MILLISECONDS);
  }

  /** Schemas that are asked for and not yet known. */
  synchronized int open() {
    Set<Integer> open = new HashSet<>(doubts.keySet());
    open.addAll(fresh);
    open.addAll(failed);
    return open.size();
  }

  /** Answers that are held. */
  synchronized int held() {
    return answers.size();
  }

  private long age(Answer answer) {
    return nanos.getAsLong() - answer.nanos();
  }

  /** Whether an answer is of no more use, not even to tell a doubt from what is known for long. */
  private boolean outdated(Answer answer) {
    long holds =
        answer.outcome() instanceof SchemaFetch.Unknown
            ? Math.max(HOLDS_NANOS, patience.toNanos())
            : HOLDS_NANOS;
    return age(answer) > holds;
  }

  /** Asks the open questions, those that never failed first, until none is left or one fails. */
  private void work() {
    for (Integer next = next(); next != null; next = next()) {
      SchemaFetch outcome = fetch(next);
      if (outcome instanceof SchemaFetch.Unavailable unavailable) {
        failed(next, unavailable.message());
        return;
      }
      answered(next, outcome);
    }
  }

  /** Asks for a schema once more that there was not. */
  private void askAgain(int schemaId) {
    synchronized (this) {
      if (nextTry != null) {
        failed.add(schemaId); // the registry is away: this question waits with the others
        return;
      }
      fresh.add(schemaId);
      if (working) {
        return;
      }
      working = true;
    }
    work();
  }

  private synchronized Integer next() {
    nextTry = null;
    Set<Integer> open = fresh.isEmpty() ? failed : fresh;
    working = !open.isEmpty();
    return working ? open.iterator().next() : null;
  }

  private synchronized void answered(int schemaId, SchemaFetch outcome) {
    fresh.remove(schemaId);
    failed.remove(schemaId);
    failures = 0;
    if (outageTold) {
      outageTold = false;
      log.info(
          "the schema registry answers again awayMillis={} schemasAskedFor={}",
          TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - outageBeganNanos),
          open());
    }
    if (!(outcome instanceof SchemaFetch.Unknown unknown)) {
      long doubtedNanos = doubted(schemaId);
      if (doubts.remove(schemaId) != null) {
        log.info(
            "the schema registry has the schema now schemaId={} afterMillis={}",
            schemaId,
            TimeUnit.NANOSECONDS.toMillis(doubtedNanos));
      }
      hold(schemaId, outcome);
    } else if (unknownForLong(schemaId) || doubted(schemaId) >= patience.toNanos()) {
      doubts.remove(schemaId);
      hold(schemaId, believed(unknown));
    } else {
      doubt(schemaId, unknown);
    }
  }

  private void hold(int schemaId, SchemaFetch outcome) {
    answers.remove(schemaId); // its place is the last
    answers.put(schemaId, new Answer(outcome, nanos.getAsLong()));
    Iterator<Answer> oldest = answers.values().iterator();
    if (answers.size() > ANSWERS_MAX || outdated(oldest.next())) {
      answers.remove(answers.keySet().iterator().next());
    }
  }

  private SchemaFetch.Unknown believed(SchemaFetch.Unknown answer) {
    return patience.isZero()
        ? answer
        : new SchemaFetch.Unknown(
            answer.message()
                + " (it has said so for schema.unknown.retry.ms="
                + patience.toMillis()
                + ")");
  }

  private boolean unknownForLong(int schemaId) {
    Answer answer = answers.get(schemaId);
    return answer != null && answer.outcome() instanceof SchemaFetch.Unknown && !outdated(answer);
  }

  /** How long the registry has said that it has no such schema, ns. */
  private long doubted(int schemaId) {
    Doubt doubt = doubts.get(schemaId);
    return doubt == null
        ? 0
        : doubt.doubtedNanos() + Math.min(nanos.getAsLong() - doubt.lastNanos(), SILENCE_NANOS);
  }

  private void doubt(int schemaId, SchemaFetch.Unknown answer) {
    int before = doubts.containsKey(schemaId) ? doubts.get(schemaId).answers() : 0;
    Doubt doubt = new Doubt(doubted(schemaId), before + 1, nanos.getAsLong());
    doubts.put(schemaId, doubt);
    if (before == 0) {
      tellDoubt(schemaId, answer.message());
    }
    long pauseMillis = firstBackOff.toMillis() << Math.min(before, DOUBT_DOUBLINGS_MAX);
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(patience.toNanos() - doubt.doubtedNanos()) + 1;
    thread.schedule(
        () -> askAgain(schemaId),
        Math.max(Math.min(pauseMillis, leftMillis), DOUBT_PACE_MILLIS * doubts.size()),
        TimeUnit.MILLISECONDS);
  }

  private void tellDoubt(int schemaId, String answer) {
    long now = nanos.getAsLong();
    if (doubtWasTold && now - doubtToldNanos < REMINDER_NANOS) {
      log.debug("a schema is not there schemaId={} answer={}", schemaId, answer);
      return;
    }
    doubtWasTold = true;
    doubtToldNanos = now;
    log.warn(
        "a schema is not there; its records wait while it is asked for again, then they become"
            + " dead letters schemasAskedFor={} schemaId={} waitMillis={} answer={}",
        open(),
        schemaId,
        patience.toMillis(),
        answer);
  }

  private synchronized void failed(int schemaId, String reason) {
    fresh.remove(schemaId);
    failed.remove(schemaId);
    failed.add(schemaId); // the next try is another's
    working = false;
    long backOffMillis = firstBackOff.toMillis() << Math.min(failures, BACK_OFF_DOUBLINGS_MAX);
    failures++;
    tell(schemaId, reason, backOffMillis);
    tryAgain(backOffMillis);
  }

  private void tell(int schemaId, String reason, long backOffMillis) {
    long now = nanos.getAsLong();
    if (failures == 1) {
      outageBeganNanos = now;
    }
    if (reminderWaits && now - outageToldNanos < REMINDER_NANOS) {
      log.debug("the schema registry gave no answer schemaId={} reason={}", schemaId, reason);
      return;
    }
    outageTold = true;
    reminderWaits = true;
    outageToldNanos = now;
    log.warn(
        "the schema registry can't answer; records whose schema is known go on, others wait"
            + " schemasAskedFor={} schemaId={} tries={} tryingAgainMillis={} reason={}",
        open(),
        schemaId,
        failures,
        backOffMillis,
        reason);
  }

  private SchemaFetch fetch(int schemaId) {
    try {
      return registry.apply(schemaId);
    } catch (RuntimeException thrown) {
      log.debug("a schema could not be fetched schemaId={}", schemaId, thrown);
      return new SchemaFetch.Unavailable(thrown.toString());
    } catch (StackOverflowError tooDeep) {
      // Anybody may register a schema; one that no parser here can hold is none of ours.
      return new SchemaFetch.Unknown("schema " + schemaId + " is nested too deeply to be read");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
