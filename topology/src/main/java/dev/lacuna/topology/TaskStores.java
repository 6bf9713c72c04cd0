package dev.lacuna.topology;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The stores of a task.
 *
 * @param pending entries of accepted requests, by id
 * @param progress how far they are, by id
 * @param cancellations remembered cancellations, by id
 * @param undecoded records that wait for a schema, in reading order
 * @param completed ids of answered requests, by id and by time
 */
record TaskStores(
    KeyValueStore<String, byte[]> pending,
    KeyValueStore<String, byte[]> progress,
    KeyValueStore<String, byte[]> cancellations,
    KeyValueStore<byte[], byte[]> undecoded,
    KeyValueStore<byte[], byte[]> completed) {
  static final String PENDING = "pending";
  static final String PROGRESS = "progress";
  static final String CANCELLATIONS = "cancellations";
  static final String UNDECODED = "undecoded";
  static final String COMPLETED = "completed";

  static TaskStores of(ProcessorContext<byte[], byte[]> context) {
    return new TaskStores(
        context.getStateStore(PENDING),
        context.getStateStore(PROGRESS),
        context.getStateStore(CANCELLATIONS),
        context.getStateStore(UNDECODED),
        context.getStateStore(COMPLETED));
  }
}
