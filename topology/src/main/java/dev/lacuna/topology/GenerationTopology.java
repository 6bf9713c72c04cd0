package dev.lacuna.topology;

import dev.lacuna.topology.kafka.Changelogs;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.process.TickSender;
import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.topology.process.TopologySettings.Misplaced;
import dev.lacuna.topology.process.WorkerClock;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The graph: one sub-topology.
 *
 * <pre>
 * requests ─┐                ┌─ completions
 *           ├─ generation ───┼─ timings
 * control  ─┘   6 stores     └─ dead letters
 * </pre>
 *
 * <p>What another task has to take leaves to control or requests again, in the same transaction
 * ({@link dev.lacuna.topology.outbox.Hop}).
 *
 * <p>The control topic is a source of the same sub-topology, so that each task can be sent a record
 * of its own ({@link TickSender}). Sources are bytes: a record that can't be decoded must be able
 * to leave untouched. All names are explicit, since changelog topics are named after them.
 */
public final class GenerationTopology {
  /** The year 2000. */
  private static final long EARLIEST_MILLIS = 946_684_800_000L;

  private static final String REQUESTS_SOURCE = "requests-source";
  private static final String CONTROL_SOURCE = "control-source";
  private static final String GENERATION = "generation";

  private GenerationTopology() {}

  /** Builds the graph over parts shared by all tasks of the process. */
  public static Topology build(TaskParts parts) {
    return build(parts, UnaryOperator.identity());
  }

  /**
   * Builds the graph over parts shared by all tasks of the process.
   *
   * @param stores wraps what makes a store
   */
  public static Topology build(TaskParts parts, UnaryOperator<KeyValueBytesStoreSupplier> stores) {
    TopologySettings settings = parts.settings();
    Topology topology = new Topology();
    TimestampExtractor timestamps = timestamps(parts.clock());
    addSource(topology, timestamps, REQUESTS_SOURCE, settings.topics().requestNames());
    addSource(topology, timestamps, CONTROL_SOURCE, List.of(settings.topics().control()));
    topology.addProcessor(
        GENERATION, () -> new GenerationProcessor(parts), REQUESTS_SOURCE, CONTROL_SOURCE);
    int recordMaxBytes = settings.limits().recordMaxBytes();
    addStore(topology, stores, TaskStores.PENDING, Serdes.String(), recordMaxBytes);
    addStore(topology, stores, TaskStores.PROGRESS, Serdes.String(), recordMaxBytes);
    addStore(topology, stores, TaskStores.CANCELLATIONS, Serdes.String(), recordMaxBytes);
    addStore(topology, stores, TaskStores.UNDECODED, Serdes.ByteArray(), recordMaxBytes);
    addStore(topology, stores, TaskStores.COMPLETED, Serdes.ByteArray(), recordMaxBytes);
    addStore(topology, stores, TaskStores.DEATHS, Serdes.String(), recordMaxBytes);
    addSink(topology, Outbox.COMPLETIONS_SINK, settings.topics().completions());
    addSink(topology, Outbox.TIMINGS_SINK, settings.topics().timings());
    addSink(topology, Outbox.DEAD_LETTERS_SINK, settings.topics().deadLetters());
    addSink(topology, Outbox.CONTROL_SINK, settings.topics().control());
    if (settings.intake().misplaced() == Misplaced.REKEY) {
      for (String requests : settings.topics().requestNames()) {
        addSink(topology, Outbox.requestsSink(requests), requests);
      }
    }
    return topology;
  }

  /**
   * Either end of time would stop the worker: negative timestamps are refused by Kafka Streams, and
   * what a record writes to a store carries the record's timestamp to the changelog, where brokers
   * refuse what is too far in the future or the past (message.timestamp.after.max.ms and before).
   * Before Kafka there is no time: a client that knows none, or writes seconds, says what amounts
   * to 1970. Such a record counts as sent when it is read.
   */
  private static TimestampExtractor timestamps(WorkerClock clock) {
    return (record, partitionTime) -> {
      long nowMillis = clock.epochMicros() / 1000;
      return record.timestamp() < EARLIEST_MILLIS
          ? nowMillis
          : Math.min(record.timestamp(), nowMillis);
    };
  }

  private static void addSource(
      Topology topology, TimestampExtractor timestamps, String name, List<String> topics) {
    topology.addSource(
        (AutoOffsetReset) null,
        name,
        timestamps,
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topics.toArray(String[]::new));
  }

  private static <K> void addStore(
      Topology topology,
      UnaryOperator<KeyValueBytesStoreSupplier> stores,
      String name,
      Serde<K> keys,
      int recordMaxBytes) {
    StoreBuilder<KeyValueStore<K, byte[]>> store =
        Stores.keyValueStoreBuilder(
                stores.apply(Stores.persistentKeyValueStore(name)), keys, Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingEnabled(Changelogs.settings(recordMaxBytes));
    topology.addStateStore(store, GENERATION);
  }

  private static void addSink(Topology topology, String name, String topic) {
    topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), GENERATION);
  }
}
