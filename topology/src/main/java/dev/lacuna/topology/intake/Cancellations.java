package dev.lacuna.topology.intake;

import dev.lacuna.topology.TaskParts;
import dev.lacuna.topology.pending.Budget;
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
  private final TaskParts parts;
  private final KeyValueStore<String, byte[]> store;
  private long count;

  /** Over this store, which may hold cancellations of an earlier owner. */
  public Cancellations(TaskParts parts, KeyValueStore<String, byte[]> store) {
    this.parts = parts;
    this.store = store;
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        CancellationCodec.decode(all.next().value);
        count++;
      }
    }
  }

  /** Remembers a cancellation, from now on. */
  public void remember(String id) {
    long retentionMicros =
        TimeUnit.MILLISECONDS.toMicros(parts.settings().cancelRetention().toMillis());
    byte[] until = CancellationCodec.encode(parts.clock().epochMicros() + retentionMicros);
    if (store.get(id) == null) {
      count++;
    }
    store.put(id, until);
  }

  /** Whether a cancellation of this id is remembered; it is forgotten by this call. */
  public boolean take(String id) {
    byte[] until = count == 0 ? null : store.get(id);
    if (until == null) {
      return false;
    }
    forget(id);
    return CancellationCodec.decode(until) > parts.clock().epochMicros();
  }

  /** Whether none is remembered. */
  public boolean isEmpty() {
    return count == 0;
  }

  /** Forgets what is older than its retention, within the budget. */
  public void expire(Budget budget) {
    long nowMicros = parts.clock().epochMicros();
    List<String> passed = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext() && !budget.spent()) {
        KeyValue<String, byte[]> remembered = all.next();
        if (CancellationCodec.decode(remembered.value) <= nowMicros) {
          passed.add(remembered.key);
        }
      }
    }
    passed.forEach(this::forget);
  }

  private void forget(String id) {
    store.delete(id);
    count--;
  }
}
