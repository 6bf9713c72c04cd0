package dev.lacuna.it;

import dev.lacuna.wire.GenerationCompletion;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Completions and dead letters as a reader sees them, read_committed, kept nowhere: a hundred
 * thousand would not fit.
 *
 * <p>Threading: owned by the test's thread.
 */
final class FuzzOutputs implements AutoCloseable {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaAvroDeserializer avro = new KafkaAvroDeserializer();
  private final Topics topics;

  FuzzOutputs(String bootstrapServers, String registryUrl, Topics topics) {
    this.topics = topics;
    avro.configure(Map.of("schema.registry.url", registryUrl, "specific.avro.reader", true), false);
    consumer =
        CommittedReader.fromBeginning(
            bootstrapServers, List.of(topics.completions(), topics.deadLetters()));
  }

  /** Hands over what has come; waits no longer than this for something. */
  void poll(
      Duration wait,
      Consumer<ConsumerRecord<byte[], byte[]>> deadLetters,
      BiConsumer<ConsumerRecord<byte[], byte[]>, GenerationCompletion> completions) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      if (record.topic().equals(topics.deadLetters())) {
        deadLetters.accept(record);
      } else {
        completions.accept(
            record, (GenerationCompletion) avro.deserialize(record.topic(), record.value()));
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
    avro.close();
  }
}
