package dev.lacuna.topology.intake;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.outbox.CompletedIds;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.process.Budget;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TopologySettings.Limits;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.InputRecord.Source;
import dev.lacuna.topology.store.UndecodedCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Records that can't be taken yet: accepted work, kept as they came. The registry has not told
 * their schema, or they may not be read yet. Restoring them asks nothing of the registry.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class Undecoded {
  /**
   * Control records that wait in this process. Control is never paused, so that ticks are read:
   * without a bound whatever comes while the registry is away would pile up.
   */
  static final int CONTROLS_MAX = 10_000;

  /** Of one such record, its headers aside: an id has up to 1,024 bytes, once more as key. */
  private static final int CONTROL_MAX_BYTES = 4096;

  private final TaskParts parts;
  private final KeyValueStore<byte[], byte[]> store;
  private final Outbox outbox;
  private final Map<byte[], Waiting> waiting = new TreeMap<>(Arrays::compareUnsigned);

  /** Store keys of waiting requests by record key, those with a key. */
  private final Map<ByteBuffer, List<byte[]>> requests = new HashMap<>();

  /** What is held in memory of a stored record; of its key only what can be an id. */
  private record Waiting(int schemaId, Source source, String topic, byte[] key) {}

  /** Over this store, which may hold records of an earlier owner. */
  public Undecoded(TaskParts parts, KeyValueStore<byte[], byte[]> store, Outbox outbox) {
    this.parts = parts;
    this.store = store;
    this.outbox = outbox;
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> stored = all.next();
        add(stored.key, UndecodedCodec.decode(stored.key, stored.value));
      }
    }
  }

  /**
   * Keeps a record until its schema is known; one too large to keep becomes a dead letter.
   *
   * @param pendingBefore whether a request was pending when it came whose id is its key
   */
  public void keep(InputRecord record, boolean pendingBefore, int schemaId) {
    Optional<SchemaFetch> known = parts.schemas().ask(schemaId);
    if (known.isPresent() && known.get() instanceof SchemaFetch.Unknown unknown) {
      outbox.deadLetter(record, ErrorCodes.UNKNOWN_SCHEMA, unknown.message());
      return;
    }
    boolean control = record.source() == Source.CONTROL;
    if (control && parts.accepted().controls() >= CONTROLS_MAX) {
      outbox.deadLetter(
          record,
          ErrorCodes.TOO_MANY_WAITING,
          CONTROLS_MAX
              + " control records wait for schemas that the registry has not told this worker yet,"
              + " and no more are kept: bring the registry back, then send this again.");
      return;
    }
    UndecodedCodec.Undecoded undecoded =
        new UndecodedCodec.Undecoded(schemaId, pendingBefore, record);
    byte[] bytes = UndecodedCodec.encode(undecoded);
    Limits limits = parts.settings().limits();
    int maxBytes =
        control
            ? Math.min(limits.entryMaxBytes(), CONTROL_MAX_BYTES + limits.headersMaxBytes())
            : limits.entryMaxBytes();
    if (bytes.length > maxBytes) {
      outbox.deadLetter(
          record,
          ErrorCodes.TOO_LARGE,
          "Its schema is not known yet and it takes "
              + bytes.length
              + " bytes, too many to keep until it is: the limit is "
              + maxBytes
              + (control ? " for a control record." : " (entry.max.bytes)."));
      return;
    }
    byte[] key = UndecodedCodec.key(record);
    store.put(key, bytes);
    add(key, undecoded);
  }

  /** Keeps a record until it may be read; false if it is too large to be kept. */
  boolean keepUnread(InputRecord record, boolean pendingBefore) {
    UndecodedCodec.Undecoded undecoded =
        new UndecodedCodec.Undecoded(UndecodedCodec.UNREAD, pendingBefore, record);
    byte[] bytes = UndecodedCodec.encode(undecoded);
    if (bytes.length > parts.settings().limits().entryMaxBytes()) {
      return false;
    }
    byte[] key = UndecodedCodec.key(record);
    store.put(key, bytes);
    add(key, undecoded);
    return true;
  }

  /**
   * Whether a request waits that has the same record key, came before, and will be taken soon: it
   * may only not be read yet, or its schema is the same or has been told by now. Requests of one id
   * are taken in order, unless the first waits for a schema that nobody has.
   */
  boolean waitsBehind(InputRecord record) {
    if (record.key() == null || requests.isEmpty()) {
      return false;
    }
    byte[] place = UndecodedCodec.key(record);
    return requests.getOrDefault(ByteBuffer.wrap(record.key()), List.of()).stream()
        .filter(key -> Arrays.compareUnsigned(key, place) < 0)
        .map(key -> waiting.get(key).schemaId())
        .anyMatch(
            schemaId ->
                schemaId == UndecodedCodec.UNREAD
                    || schemaId == schemaId(record.value())
                    || parts.schemas().ask(schemaId).isPresent());
  }

  /** Id of a value's schema, where it has the registry's framing. */
  private static int schemaId(byte[] value) {
    return value.length > Integer.BYTES ? ByteBuffer.wrap(value).getInt(1) : UndecodedCodec.UNREAD;
  }

  private void add(byte[] key, UndecodedCodec.Undecoded undecoded) {
    InputRecord record = undecoded.record();
    Waiting entry =
        new Waiting(undecoded.schemaId(), record.source(), record.topic(), idOf(record.key()));
    if (waiting.put(key, entry) == null) {
      if (entry.source() == Source.CONTROL) {
        parts.accepted().addControl();
      } else {
        parts.accepted().add(entry.topic());
        if (entry.key() != null) {
          requests.computeIfAbsent(ByteBuffer.wrap(entry.key()), k -> new ArrayList<>()).add(key);
        }
      }
    }
  }

  /** A record key that can be an id; of megabytes as key only the store knows. */
  private static byte[] idOf(byte[] key) {
    return key == null || key.length > CompletedIds.ID_MAX_BYTES ? null : key;
  }

  /** Takes a record out of store and memory. */
  private UndecodedCodec.Undecoded remove(byte[] key) {
    UndecodedCodec.Undecoded undecoded = UndecodedCodec.decode(key, store.get(key));
    store.delete(key);
    Waiting entry = waiting.remove(key);
    if (entry.source() == Source.REQUESTS && entry.key() != null) {
      requests.computeIfPresent(
          ByteBuffer.wrap(entry.key()),
          (recordKey, keys) -> {
            keys.removeIf(one -> Arrays.equals(one, key));
            return keys.isEmpty() ? null : keys;
          });
    }
    release(entry);
    return undecoded;
  }

  private void release(Waiting entry) {
    if (entry.source() == Source.CONTROL) {
      parts.accepted().releaseControl();
    } else {
      parts.accepted().release(entry.topic());
    }
  }

  /** Whether a request with this record key waits. */
  public boolean holdsRequest(byte[] key) {
    return key != null && requests.containsKey(ByteBuffer.wrap(key));
  }

  /** Takes out all requests with this record key that wait. */
  List<InputRecord> takeRequests(byte[] recordKey) {
    List<byte[]> keys = requests.getOrDefault(ByteBuffer.wrap(recordKey), List.of());
    return List.copyOf(keys).stream().map(key -> remove(key).record()).toList();
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  /**
   * Gives back the records that can be read now, in reading order, within the budget.
   *
   * @param intake takes them; may keep one again
   */
  public void drain(Budget budget, Intake intake) {
    for (Map.Entry<byte[], Waiting> one : List.copyOf(waiting.entrySet())) {
      if (budget.spent() || parts.soloRuns().any()) {
        return;
      }
      if (!waiting.containsKey(one.getKey())) {
        continue; // taken out as the duplicate of one before
      }
      if (one.getValue().schemaId() == UndecodedCodec.UNREAD) {
        take(remove(one.getKey()), intake);
        continue;
      }
      Optional<SchemaFetch> fetch = parts.schemas().ask(one.getValue().schemaId());
      fetch.ifPresent(outcome -> resolved(one.getKey(), outcome, intake));
    }
  }

  private void resolved(byte[] key, SchemaFetch outcome, Intake intake) {
    UndecodedCodec.Undecoded undecoded = remove(key);
    if (outcome instanceof SchemaFetch.Unknown unknown) {
      outbox.deadLetter(undecoded.record(), ErrorCodes.UNKNOWN_SCHEMA, unknown.message());
    } else {
      take(undecoded, intake);
    }
  }

  private static void take(UndecodedCodec.Undecoded undecoded, Intake intake) {
    intake.take(undecoded.record(), undecoded.pendingBefore());
  }

  /** Takes a record that has waited. */
  @FunctionalInterface
  public interface Intake {
    /**
     * Takes it as if it had just been read.
     *
     * @param pendingBefore whether a request was pending when it came whose id is its key
     */
    void take(InputRecord record, boolean pendingBefore);
  }

  /** Leaves all records to the next owner. */
  public void close() {
    waiting.values().forEach(this::release);
    waiting.clear();
    requests.clear();
  }
}
