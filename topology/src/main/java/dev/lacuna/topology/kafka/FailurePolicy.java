package dev.lacuna.topology.kafka;

import dev.lacuna.topology.inputs.InputRemadeException;
import dev.lacuna.topology.inputs.InputStoppedException;
import dev.lacuna.topology.process.EngineFailedException;
import dev.lacuna.topology.process.WorkerMetrics;
import dev.lacuna.topology.store.StoreFormatException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a stream thread dies.
 *
 * <ul>
 *   <li>The engine has failed, a store can't be read, an offset is out of range, or the JVM itself
 *       is in trouble: no other thread would do better, so the client shuts down.
 *   <li>A topic is gone: it is waited for for a while, since it may be made again. If it is, the
 *       thread is replaced, which counts as no failure, and neither does a topic that was made
 *       again.
 *   <li>Anything else, a broker's fault for example: the thread is replaced, up to a number of
 *       times within a window; then the client shuts down.
 * </ul>
 *
 * <p>Threading: any thread may call any method.
 */
public final class FailurePolicy implements StreamsUncaughtExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(FailurePolicy.class);

  private final int replacementsMax;
  private final long windowNanos;
  private final LongSupplier nanos;
  private final WorkerMetrics metrics;
  private final InputTopics topics;
  private final Deque<Long> replacements = new ArrayDeque<>();
  private Throwable failure;

  /** What the cluster knows of the topics. */
  public interface InputTopics {
    /** Waits a while for topics to be there again; those that are not. */
    List<String> awaitMissing();

    /** What does not fit of their partitions, and the commands that mend it. */
    List<String> problems();
  }

  /** No failure yet. */
  public FailurePolicy(
      int replacementsMax,
      Duration window,
      LongSupplier nanos,
      WorkerMetrics metrics,
      InputTopics topics) {
    this.replacementsMax = replacementsMax;
    this.windowNanos = window.toNanos();
    this.nanos = nanos;
    this.metrics = metrics;
    this.topics = topics;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable thrown) {
    Optional<InputRemadeException> remade = cause(thrown, InputRemadeException.class);
    if (remade.isPresent()) {
      log.warn("a stream thread begins again: {}", remade.get().getMessage());
      return replaced();
    }
    if (has(thrown, MissingSourceTopicException.class)) {
      return missing(thrown);
    }
    return decide(thrown, hopeless(thrown));
  }

  private StreamThreadExceptionResponse replaced() {
    metrics.threadReplaced();
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private StreamThreadExceptionResponse missing(Throwable thrown) {
    log.warn("a topic that is read is not there, the worker waits a while for it");
    List<String> missing = topics.awaitMissing(); // Without the lock: it takes its time.
    if (missing.isEmpty()) {
      log.warn("all topics that are read are there again, a stream thread begins again");
      return replaced();
    }
    log.error(
        "the worker stops: it reads topics that do not exist, create them ('lacuna topics create') and"
            + " start it again; it reads them from their first record topics={}",
        missing);
    return stopped(thrown);
  }

  private synchronized StreamThreadExceptionResponse decide(Throwable thrown, boolean hopeless) {
    if (!hopeless && mayReplace()) {
      log.error("a stream thread failed and is replaced", thrown);
      return replaced();
    }
    log.error("a stream thread failed and the worker stops{}", advice(thrown), thrown);
    return stopped(thrown);
  }

  private synchronized StreamThreadExceptionResponse stopped(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** What stopped the worker, if something did. */
  public synchronized Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  private boolean mayReplace() {
    long now = nanos.getAsLong();
    while (!replacements.isEmpty() && now - replacements.peekFirst() > windowNanos) {
      replacements.removeFirst();
    }
    if (replacements.size() >= replacementsMax) {
      return false;
    }
    replacements.addLast(now);
    return true;
  }

  private static boolean hopeless(Throwable thrown) {
    return has(thrown, EngineFailedException.class)
        || has(thrown, StoreFormatException.class)
        || has(thrown, InputStoppedException.class)
        || has(thrown, InvalidOffsetException.class)
        || has(thrown, Error.class);
  }

  private String advice(Throwable thrown) {
    return cause(thrown, InputStoppedException.class)
        .map(stopped -> ": " + stopped.getMessage())
        .orElseGet(
            () -> {
              List<String> problems = topics.problems();
              return problems.isEmpty() ? "" : ": " + String.join(" ", problems);
            });
  }

  private static boolean has(Throwable thrown, Class<? extends Throwable> type) {
    return cause(thrown, type).isPresent();
  }

  private static <T extends Throwable> Optional<T> cause(Throwable thrown, Class<T> type) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }
}
