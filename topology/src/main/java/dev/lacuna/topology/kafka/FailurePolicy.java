package dev.lacuna.topology.kafka;

import dev.lacuna.topology.process.EngineFailedException;
import dev.lacuna.topology.process.WorkerMetrics;
import dev.lacuna.topology.store.StoreFormatException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a stream thread dies.
 *
 * <ul>
 *   <li>The engine has failed, a store can't be read, an offset is out of range, or the JVM itself
 *       is in trouble: no other thread would do better, so the client shuts down.
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
  private final Deque<Long> replacements = new ArrayDeque<>();
  private Throwable failure;

  /** No failure yet. */
  public FailurePolicy(
      int replacementsMax, Duration window, LongSupplier nanos, WorkerMetrics metrics) {
    this.replacementsMax = replacementsMax;
    this.windowNanos = window.toNanos();
    this.nanos = nanos;
    this.metrics = metrics;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable thrown) {
    if (!hopeless(thrown) && mayReplace()) {
      log.error("a stream thread failed and is replaced", thrown);
      metrics.threadReplaced();
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    log.error("a stream thread failed and the worker stops{}", advice(thrown), thrown);
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
    return cause(thrown, EngineFailedException.class)
        || cause(thrown, StoreFormatException.class)
        || cause(thrown, InvalidOffsetException.class)
        || cause(thrown, Error.class);
  }

  private static String advice(Throwable thrown) {
    return cause(thrown, InvalidOffsetException.class)
        ? ": retention removed records that were never read; look what was lost, then set the"
            + " group's offsets by hand (kafka-consumer-groups.sh --reset-offsets) to go on"
        : "";
  }

  private static boolean cause(Throwable thrown, Class<? extends Throwable> type) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
