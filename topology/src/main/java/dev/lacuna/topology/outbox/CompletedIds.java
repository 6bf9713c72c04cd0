package dev.lacuna.topology.outbox;

import dev.lacuna.topology.process.Budget;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.store.CompletedCodec;
import dev.lacuna.topology.store.CompletedCodec.Answered;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Ids of answered requests, remembered for {@code completed.retention.ms}: whatever the status,
 * what was answered is answered. Written where completions are forwarded, so in their transaction.
 *
 * <p>The store has each id twice, by id and by time: forgetting reads what has passed and no more.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class CompletedIds {
  /** Longest id that a request may have, in UTF-8 bytes; no other is worth remembering. */
  public static final int ID_MAX_BYTES = 1024;

  private static final int CHUNK = 500;

  private final TaskParts parts;
  private final KeyValueStore<byte[], byte[]> store;
  private final long retentionMicros;

  /** Nothing in the order of time comes before: keys deleted earlier are slow to pass over. */
  private byte[] from = CompletedCodec.timeKey(0, "");

  private boolean empty;

  /** Over this store, which may hold ids of an earlier owner; reads one of them at most. */
  public CompletedIds(TaskParts parts, KeyValueStore<byte[], byte[]> store) {
    this.parts = parts;
    this.store = store;
    this.retentionMicros =
        TimeUnit.MILLISECONDS.toMicros(parts.settings().intake().completedRetention().toMillis());
    try (KeyValueIterator<byte[], byte[]> all = store.range(from, CompletedCodec.afterAllTimes())) {
      empty = !all.hasNext();
    }
  }

  /** Remembers that a request of this id is answered now. */
  void remember(String id) {
    if (retentionMicros == 0 || id.getBytes(StandardCharsets.UTF_8).length > ID_MAX_BYTES) {
      return;
    }
    long nowMicros = parts.clock().epochMicros();
    byte[] key = CompletedCodec.idKey(id);
    byte[] before = store.get(key);
    if (before != null) {
      store.delete(CompletedCodec.timeKey(CompletedCodec.decode(before), id));
    }
    byte[] timeKey = CompletedCodec.timeKey(nowMicros, id);
    store.put(key, CompletedCodec.encode(nowMicros));
    store.put(timeKey, CompletedCodec.timeValue());
    if (Arrays.compareUnsigned(timeKey, from) < 0) {
      from = timeKey; // the clock went back
    }
    empty = false;
  }

  /** When a request of this id was answered, in microseconds since the epoch, if remembered. */
  public OptionalLong answeredMicros(String id) {
    if (empty || retentionMicros == 0) {
      return OptionalLong.empty();
    }
    byte[] known = store.get(CompletedCodec.idKey(id));
    if (known == null) {
      return OptionalLong.empty();
    }
    long micros = CompletedCodec.decode(known);
    return micros > cutoffMicros() ? OptionalLong.of(micros) : OptionalLong.empty();
  }

  /** Whether none is stored. */
  public boolean isEmpty() {
    return empty;
  }

  /**
   * Forgets what is older than the retention, within the budget.
   *
   * @return whether some of it is left
   */
  public boolean expire(Budget budget) {
    boolean more = true;
    while (more && !budget.spent()) {
      List<Answered> passed = new ArrayList<>();
      more = passed(passed);
      passed.forEach(this::forget);
    }
    return more;
  }

  private boolean passed(List<Answered> passed) {
    long cutoff = cutoffMicros();
    try (KeyValueIterator<byte[], byte[]> inOrder =
        store.range(from, CompletedCodec.afterAllTimes())) {
      while (inOrder.hasNext()) {
        KeyValue<byte[], byte[]> next = inOrder.next();
        Answered answered = CompletedCodec.decodeTime(next.key, next.value);
        from = next.key;
        if (answered.micros() > cutoff) {
          return false;
        }
        passed.add(answered);
        if (passed.size() == CHUNK) {
          return true;
        }
      }
    }
    empty = true;
    return false;
  }

  private void forget(Answered answered) {
    store.delete(CompletedCodec.timeKey(answered.micros(), answered.id()));
    store.delete(CompletedCodec.idKey(answered.id()));
  }

  private long cutoffMicros() {
    return parts.clock().epochMicros() - retentionMicros;
  }
}
