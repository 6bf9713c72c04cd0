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
 */
record TaskStores(
    KeyValueStore<String, byte[]> pending,
    KeyValueStore<String, byte[]> progress,
    KeyValueStore<String, byte[]> cancellations,
    KeyValueStore<byte[], byte[]> undecoded) {
  static final String PENDING = "pending";
  static final String PROGRESS = "progress";
  static final String CANCELLATIONS = "cancellations";
  static final String UNDECODED = "undecoded";

  static TaskStores of(ProcessorContext<byte[], byte[]> context) {
    return new TaskStores(
        context.getStateStore(PENDING),
        context.getStateStore(PROGRESS),
        context.getStateStore(CANCELLATIONS),
        context.getStateStore(UNDECODED));
  }
}
