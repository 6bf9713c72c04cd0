package dev.lacuna.topology.kafka;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.SchemaLookup;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the registry for schemas, off the stream threads, again with growing pauses while it can't
 * answer. Answers hold for a while; then a schema is asked for anew, so that one registered late is
 * found.
 *
 * <p>Threading: owns one daemon thread, which alone calls the registry; any thread may call {@link
 * #ask} and {@link #close}.
 */
public final class SchemaResolver implements SchemaLookup, AutoCloseable {
  private static final long ANSWER_HOLDS_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int ANSWERS_MAX = 1000;
  private static final int BACK_OFF_DOUBLINGS_MAX = 7;
  private static final Logger log = LoggerFactory.getLogger(SchemaResolver.class);

  private final IntFunction<SchemaFetch> registry;
  private final Duration firstBackOff;
  private final LongSupplier nanos;
  private final Map<Integer, Question> questions = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor thread;

  /** What is known of a schema; the answer is null until the registry gave one. */
  private record Question(SchemaFetch answer, long answeredNanos) {
    static final Question OPEN = new Question(null, 0);
  }

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
  public Optional<SchemaFetch> ask(int schemaId) {
    Question question = questions.get(schemaId);
    if (question != null && !outdated(question)) {
      return Optional.ofNullable(question.answer());
    }
    boolean first =
        question == null
            ? questions.putIfAbsent(schemaId, Question.OPEN) == null
            : questions.replace(schemaId, question, Question.OPEN);
    if (first) {
      thread.execute(() -> fetch(schemaId, 0));
    }
    return Optional.empty();
  }

  private boolean outdated(Question question) {
    return question.answer() != null
        && nanos.getAsLong() - question.answeredNanos() > ANSWER_HOLDS_NANOS;
  }

  private void fetch(int schemaId, int failures) {
    SchemaFetch answer = fetch(schemaId);
    if (answer instanceof SchemaFetch.Unavailable unavailable) {
      long backOffMillis = firstBackOff.toMillis() << Math.min(failures, BACK_OFF_DOUBLINGS_MAX);
      log.warn(
          "schema not to be had, trying again schemaId={} inMillis={} reason={}",
          schemaId,
          backOffMillis,
          unavailable.message());
      Future<?> unused =
          thread.schedule(
              () -> fetch(schemaId, failures + 1), backOffMillis, TimeUnit.MILLISECONDS);
      return;
    }
    forgetOutdated();
    questions.put(schemaId, new Question(answer, nanos.getAsLong()));
  }

  private SchemaFetch fetch(int schemaId) {
    try {
      return registry.apply(schemaId);
    } catch (RuntimeException failed) {
      log.warn("fetching a schema failed schemaId={}", schemaId, failed);
      return new SchemaFetch.Unavailable(failed.toString());
    } catch (StackOverflowError tooDeep) {
      // Anybody may register a schema; one that no parser here can hold is none of ours.
      return new SchemaFetch.Unknown("schema " + schemaId + " is nested too deeply to be read");
    }
  }

  /** Random bytes can name any number of schemas: what nobody asks for again must not pile up. */
  private void forgetOutdated() {
    if (questions.size() < ANSWERS_MAX) {
      return;
    }
    Iterator<Question> all = questions.values().iterator();
    while (all.hasNext()) {
      if (outdated(all.next())) {
        all.remove();
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
