package dev.lacuna.topology;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * A wall-clock punctuator that exists only while it has something to do: one that finds nothing
 * still commits, about 15 empty transactions a second.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class AdaptivePunctuator {
  private final ProcessorContext<byte[], byte[]> context;
  private final Duration interval;
  private final Runnable action;
  private Cancellable scheduled;

  AdaptivePunctuator(ProcessorContext<byte[], byte[]> context, Duration interval, Runnable action) {
    this.context = context;
    this.interval = interval;
    this.action = action;
  }

  /** Schedules or cancels, as needed. */
  void adapt(boolean wanted) {
    if (wanted && scheduled == null) {
      scheduled = context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> action.run());
    } else if (!wanted && scheduled != null) {
      scheduled.cancel();
      scheduled = null;
    }
  }
}
