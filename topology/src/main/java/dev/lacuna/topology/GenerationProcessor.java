package dev.lacuna.topology;

import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.InputRecord.Source;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * From requests and control records to completions, step timings and dead letters.
 *
 * <p>Kafka Streams may initialise one object again after a rebalance: each time a new {@link
 * TaskWork} begins, which holds everything that belongs to one life of the task.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class GenerationProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private final TaskParts parts;
  private ProcessorContext<byte[], byte[]> context;
  private TaskWork task;

  /** A processor of one task. */
  public GenerationProcessor(TaskParts parts) {
    this.parts = parts;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    close();
    this.context = context;
    task = new TaskWork(context, parts);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("a source record has metadata"));
    boolean control = metadata.topic().equals(parts.settings().topics().control());
    task.process(
        new InputRecord(
            control ? Source.CONTROL : Source.REQUESTS,
            metadata.topic(),
            metadata.partition(),
            metadata.offset(),
            record.timestamp(),
            record.key(),
            record.value(),
            HeaderEntry.listOf(record.headers())));
  }

  @Override
  public void close() {
    if (task != null) {
      task.close();
      task = null;
    }
  }
}
