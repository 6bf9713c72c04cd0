package dev.lacuna.worker;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * How long the parts of a start took, one after the other.
 *
 * <p>Threading: used by one thread.
 */
public final class StartTimes {
  private final LongSupplier nanos;
  private final long begunNanos;
  private final Map<String, Long> partMillis = new LinkedHashMap<>();
  private long lastNanos;

  /**
   * Begins with a part that is over.
   *
   * @param first its name
   * @param firstMillis how long it took, until now
   * @param nanos the clock
   */
  StartTimes(String first, long firstMillis, LongSupplier nanos) {
    this.nanos = nanos;
    this.lastNanos = nanos.getAsLong();
    this.begunNanos = lastNanos - TimeUnit.MILLISECONDS.toNanos(firstMillis);
    partMillis.put(first, firstMillis);
  }

  /** Begins at the start of the virtual machine: the part {@code jvm} is over. */
  public static StartTimes sinceJvmStart() {
    return new StartTimes(
        "jvm", ManagementFactory.getRuntimeMXBean().getUptime(), System::nanoTime);
  }

  /** The part of this name is over. */
  public void reached(String part) {
    long now = nanos.getAsLong();
    partMillis.put(part, TimeUnit.NANOSECONDS.toMillis(now - lastNanos));
    lastNanos = now;
  }

  /** Milliseconds from the beginning to the end of the last part. */
  public long totalMillis() {
    return TimeUnit.NANOSECONDS.toMillis(lastNanos - begunNanos);
  }

  /** Every part and its milliseconds: {@code jvm=310 models=900}. */
  public String parts() {
    return partMillis.entrySet().stream()
        .map(part -> part.getKey() + "=" + part.getValue())
        .collect(Collectors.joining(" "));
  }
}
