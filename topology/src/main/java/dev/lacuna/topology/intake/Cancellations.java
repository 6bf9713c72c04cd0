package dev.lacuna.topology.intake;

import dev.lacuna.topology.process.Budget;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.store.CancellationCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Cancellations of ids not yet seen, remembered for a while. One cancellation answers one request:
 * it is forgotten when it has done so.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class Cancellations {
  /** Ids held in memory by one pass. */
  private static final int PASSED_MAX = 10_000;

  private final TaskParts parts;
  private final KeyValueStore<String, byte[]> store;
  private long count;

  /** Nothing passes before: a million that are remembered cost nothing until one does. */
  private long earliestMicros = Long.MAX_VALUE;

  /** The id that a pass over the store has come to, or null while there is none under way. */
  private String passedBy;

  /** The earliest that the pass has left. */
  private long earliestLeftMicros = Long.MAX_VALUE;

  /** Over this store, which may hold cancellations of an earlier owner. */
  public Cancellations(TaskParts parts, KeyValueStore<String, byte[]> store) {
    this.parts = parts;
    this.store = store;
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        earliestMicros = Math.min(earliestMicros, CancellationCodec.decode(all.next().value));
        count++;
      }
    }
  }

  /** Remembers a cancellation, from now on. */
  public void remember(String id) {
    remember(id, CancellationCodec.encode(untilMicros()));
  }

  /**
   * Remembers a copy of a cancellation: of an id that belongs to another task, for a request that
   * may stand here all the same. One that is sent later is none of its business.
   *
   * @param sentMillis the copy's timestamp, milliseconds since the epoch
   */
  void rememberCopy(String id, long sentMillis) {
    byte[] stored = store.get(id);
    long sentMicros = TimeUnit.MILLISECONDS.toMicros(sentMillis);
    if (stored == null || CancellationCodec.remembered(stored).sentBeforeMicros() < sentMicros) {
      remember(id, CancellationCodec.encodeCopy(untilMicros(), sentMicros));
    }
  }

  private long untilMicros() {
    long retentionMicros =
        TimeUnit.MILLISECONDS.toMicros(parts.settings().cancelRetention().toMillis());
    return parts.clock().epochMicros() + retentionMicros;
  }

  private void remember(String id, byte[] cancellation) {
    long untilMicros = CancellationCodec.decode(cancellation);
    earliestMicros = Math.min(earliestMicros, untilMicros);
    earliestLeftMicros = Math.min(earliestLeftMicros, untilMicros);
    if (store.get(id) == null) {
      count++;
    }
    store.put(id, cancellation);
  }

  /**
   * Whether a cancellation of a request is remembered; it is forgotten by this call.
   *
   * @param requestMillis the timestamp of the request's record, milliseconds since the epoch
   */
  public boolean take(String id, long requestMillis) {
    byte[] stored = count == 0 ? null : store.get(id);
    if (stored == null) {
      return false;
    }
    forget(id);
    CancellationCodec.Remembered cancellation = CancellationCodec.remembered(stored);
    return cancellation.untilMicros() > parts.clock().epochMicros()
        && TimeUnit.MILLISECONDS.toMicros(requestMillis) <= cancellation.sentBeforeMicros();
  }

  /** Whether none is remembered. */
  public boolean isEmpty() {
    return count == 0;
  }

  /**
   * Forgets what is older than its retention, within the budget; goes on where it was when the
   * budget was spent, so that it gets to the end however many there are.
   *
   * @return whether some may be left
   */
  public boolean expire(Budget budget) {
    long nowMicros = parts.clock().epochMicros();
    if (passedBy == null) {
      if (nowMicros < earliestMicros) {
        return false;
      }
      earliestLeftMicros = Long.MAX_VALUE;
    }
    List<String> passed = new ArrayList<>();
    boolean more = pass(budget, nowMicros, passed);
    passed.forEach(this::forget);
    if (!more) {
      passedBy = null;
      earliestMicros = earliestLeftMicros;
    }
    return more;
  }

  private boolean pass(Budget budget, long nowMicros, List<String> passed) {
    try (KeyValueIterator<String, byte[]> all = store.range(passedBy, null)) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> remembered = all.next();
        long untilMicros = CancellationCodec.decode(remembered.value);
        if (untilMicros <= nowMicros) {
          passed.add(remembered.key);
        } else {
          earliestLeftMicros = Math.min(earliestLeftMicros, untilMicros);
        }
        passedBy = remembered.key;
        if (budget.spent() || passed.size() == PASSED_MAX) {
          return true;
        }
      }
    }
    return false;
  }

  private void forget(String id) {
    store.delete(id);
    count--;
  }
}
