package dev.lacuna.topology;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Lets a memory forget what has passed: now and then, as its retention asks for, and at once again
 * while a budget was not enough for all.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class ExpiryPunctuator {
  private static final Duration INTERVAL_MIN = Duration.ofSeconds(1);
  private static final Duration INTERVAL_MAX = Duration.ofMinutes(1);

  private final AdaptivePunctuator regular;
  private final AdaptivePunctuator rush;
  private boolean left;

  /**
   * Does nothing before {@link #adapt}.
   *
   * @param retention how long the memory keeps what it holds
   * @param expire forgets within a budget; whether some may be left
   * @param guard runs it if the task may write, and adapts afterwards
   */
  ExpiryPunctuator(
      ProcessorContext<byte[], byte[]> context,
      Duration retention,
      BooleanSupplier expire,
      Consumer<Runnable> guard) {
    Runnable action = () -> guard.accept(() -> left = expire.getAsBoolean());
    regular = new AdaptivePunctuator(context, interval(retention), action);
    rush = new AdaptivePunctuator(context, INTERVAL_MIN, action);
  }

  /** Schedules or cancels, as needed. */
  void adapt(boolean holdsAny) {
    regular.adapt(holdsAny && !left);
    rush.adapt(left);
  }

  /** Ends it. */
  void cancel() {
    regular.adapt(false);
    rush.adapt(false);
  }

  private static Duration interval(Duration retention) {
    Duration interval = retention.dividedBy(4);
    if (interval.compareTo(INTERVAL_MIN) < 0) {
      return INTERVAL_MIN;
    }
    return interval.compareTo(INTERVAL_MAX) > 0 ? INTERVAL_MAX : interval;
  }
}
