package dev.lacuna.topology.process;

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
 * @param deaths deaths of workers that stand against requests and records, by id and by place
 */
public record TaskStores(
    KeyValueStore<String, byte[]> pending,
    KeyValueStore<String, byte[]> progress,
    KeyValueStore<String, byte[]> cancellations,
    KeyValueStore<byte[], byte[]> undecoded,
    KeyValueStore<byte[], byte[]> completed,
    KeyValueStore<String, byte[]> deaths) {
  public static final String PENDING = "pending";
  public static final String PROGRESS = "progress";
  public static final String CANCELLATIONS = "cancellations";
  public static final String UNDECODED = "undecoded";
  public static final String COMPLETED = "completed";
  public static final String DEATHS = "deaths";

  public static TaskStores of(ProcessorContext<byte[], byte[]> context) {
    return new TaskStores(
        context.getStateStore(PENDING),
        context.getStateStore(PROGRESS),
        context.getStateStore(CANCELLATIONS),
        context.getStateStore(UNDECODED),
        context.getStateStore(COMPLETED),
        context.getStateStore(DEATHS));
  }
}
