package dev.lacuna.topology.kafka;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.process.SchemaLookup;
import java.time.Duration;
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
 * <p>Answers hold for a while; then a schema is asked for anew, so that one registered late is
 * found. Answers are bounded in number, the oldest go first. Open questions are not: each is of a
 * record that is kept, and those are bounded.
 *
 * <p>Threading: owns one daemon thread, which alone calls the registry; any thread may call {@link
 * #ask} and {@link #close}.
 */
public final class SchemaResolver implements SchemaLookup, AutoCloseable {
  /** How long a schema that the registry does not have is not asked for again. */
  private static final long UNKNOWN_HOLDS_NANOS = Duration.ofSeconds(30).toNanos();

  /** The same of one that is cached now; short, since a cache may drop what it holds. */
  private static final long CACHED_HOLDS_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long REMINDER_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int ANSWERS_MAX = 10_000;
  private static final int BACK_OFF_DOUBLINGS_MAX = 7;
  private static final Logger log = LoggerFactory.getLogger(SchemaResolver.class);

  private final IntFunction<SchemaFetch> registry;
  private final Duration firstBackOff;
  private final LongSupplier nanos;
  private final ScheduledThreadPoolExecutor thread;

  // Guarded by this, as is all that follows. In order of answering, asking and failing.
  private final Map<Integer, Answer> answers = new LinkedHashMap<>();
  private final Set<Integer> fresh = new LinkedHashSet<>();
  private final Set<Integer> failed = new LinkedHashSet<>();
  private boolean working;
  private ScheduledFuture<?> nextTry;
  private int failures;
  private boolean outageTold;
  private boolean reminderWaits;
  private long outageToldNanos;
  private long outageBeganNanos;

  private record Answer(SchemaFetch outcome, long nanos) {}

  /**
   * Asks nothing yet.
   *
   * @param registry fetches a schema by id; may block
   * @param firstBackOff pause after the first failure; doubled up to 128-fold
   * @param nanos a clock that never goes back
   */
  public SchemaResolver(
      IntFunction<SchemaFetch> registry, Duration firstBackOff, LongSupplier nanos) {
    this.registry = registry;
    this.firstBackOff = firstBackOff;
    this.nanos = nanos;
    this.thread = DaemonThread.named("lacuna-schemas");
  }

  @Override
  public synchronized Optional<SchemaFetch> ask(int schemaId) {
    Answer answer = answers.get(schemaId);
    if (answer != null && !outdated(answer)) {
      return Optional.of(answer.outcome());
    }
    answers.remove(schemaId);
    if (!failed.contains(schemaId) && fresh.add(schemaId)) {
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
    return fresh.size() + failed.size();
  }

  /** Answers that are held. */
  synchronized int held() {
    return answers.size();
  }

  private boolean outdated(Answer answer) {
    long holds =
        answer.outcome() instanceof SchemaFetch.Cached ? CACHED_HOLDS_NANOS : UNKNOWN_HOLDS_NANOS;
    return nanos.getAsLong() - answer.nanos() > holds;
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

  private synchronized Integer next() {
    nextTry = null;
    Set<Integer> open = fresh.isEmpty() ? failed : fresh;
    working = !open.isEmpty();
    return working ? open.iterator().next() : null;
  }

  private synchronized void answered(int schemaId, SchemaFetch outcome) {
    fresh.remove(schemaId);
    failed.remove(schemaId);
    answers.put(schemaId, new Answer(outcome, nanos.getAsLong()));
    Iterator<Answer> oldest = answers.values().iterator();
    if (answers.size() > ANSWERS_MAX || outdated(oldest.next())) {
      answers.remove(answers.keySet().iterator().next());
    }
    failures = 0;
    if (outageTold) {
      outageTold = false;
      log.info(
          "the schema registry answers again awayMillis={} schemasAskedFor={}",
          TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - outageBeganNanos),
          open());
    }
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
