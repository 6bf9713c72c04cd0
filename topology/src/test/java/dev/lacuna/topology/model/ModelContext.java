package dev.lacuna.topology.model;

import dev.lacuna.topology.model.Kafka.Logged;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * What Kafka Streams is to a processor.
 *
 * @param <F> keys of forwarded records
 * @param <G> their values
 */
final class ModelContext<F, G> implements ProcessorContext<F, G> {

  private final TaskId task;
  private final Map<String, StateStore> stores = new HashMap<>();
  private final List<Scheduled> punctuators = new ArrayList<>();
  private final BiConsumer<String, G> forwards;
  private Logged record;

  /**
   * A context of one task.
   *
   * @param forwards gets sink and value of what is forwarded
   */
  ModelContext(int task, BiConsumer<String, G> forwards) {
    this.task = new TaskId(0, task);
    this.forwards = forwards;
  }

  private static final class Scheduled implements Cancellable {
    private final Punctuator action;
    private boolean cancelled;

    Scheduled(Punctuator action) {
      this.action = action;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  /** Where a record was read. */
  private record Metadata(String topic, int partition, long offset) implements RecordMetadata {}

  /** Adds a store, or puts another in its place. */
  void put(StateStore store) {
    stores.put(store.name(), store);
  }

  /** The record at hand, or null. */
  void at(Logged record) {
    this.record = record;
  }

  /** Runs what is scheduled; whether anything was. */
  boolean punctuate(long nowMillis) {
    punctuators.removeIf(one -> one.cancelled);
    List<Scheduled> due = List.copyOf(punctuators);
    for (Scheduled one : due) {
      if (!one.cancelled) {
        one.action.punctuate(nowMillis);
      }
    }
    return !due.isEmpty();
  }

  @Override
  public TaskId taskId() {
    return task;
  }

  @Override
  public Optional<RecordMetadata> recordMetadata() {
    return Optional.ofNullable(record)
        .map(at -> new Metadata(at.from().topic(), at.from().partition(), at.offset()));
  }

  @Override
  @SuppressWarnings("unchecked") // the caller names the store, and so its type
  public <S extends StateStore> S getStateStore(String name) {
    return (S) stores.get(name);
  }

  @Override
  public Cancellable schedule(Duration interval, PunctuationType type, Punctuator action) {
    Scheduled scheduled = new Scheduled(action);
    punctuators.add(scheduled);
    return scheduled;
  }

  @Override
  public Cancellable schedule(
      Instant start, Duration interval, PunctuationType type, Punctuator action) {
    return schedule(interval, type, action);
  }

  @Override
  public <K extends F, V extends G> void forward(Record<K, V> record, String child) {
    forwards.accept(child, record.value());
  }

  @Override
  public <K extends F, V extends G> void forward(Record<K, V> record) {
    throw new UnsupportedOperationException("every forward names its sink");
  }

  /** Commits are the model's own: they may come at any time. */
  @Override
  public void commit() {}

  @Override
  public String applicationId() {
    return "model";
  }

  @Override
  public Serde<?> keySerde() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Serde<?> valueSerde() {
    throw new UnsupportedOperationException();
  }

  @Override
  public File stateDir() {
    throw new UnsupportedOperationException();
  }

  @Override
  public StreamsMetrics metrics() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, Object> appConfigs() {
    return Map.of();
  }

  @Override
  public Map<String, Object> appConfigsWithPrefix(String prefix) {
    return Map.of();
  }

  @Override
  public long currentSystemTimeMs() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long currentStreamTimeMs() {
    throw new UnsupportedOperationException();
  }
}
