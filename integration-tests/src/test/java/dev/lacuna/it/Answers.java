package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What a reader of the public topics sees, read_committed, from the beginning: the oracle of the
 * integration tests. Knows nothing of the worker.
 *
 * <p>Threading: owned by the test's thread.
 */
public final class Answers implements AutoCloseable {

  private static final Duration CATCH_UP = Duration.ofSeconds(60);
  public final Map<String, List<GenerationCompletion>> completions = new LinkedHashMap<>();
  public final Map<String, List<StepTiming>> timings = new LinkedHashMap<>();
  public final List<ConsumerRecord<byte[], byte[]>> completionRecords = new ArrayList<>();
  public final List<ConsumerRecord<byte[], byte[]>> timingRecords = new ArrayList<>();
  public final List<ConsumerRecord<byte[], byte[]>> deadLetters = new ArrayList<>();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaAvroDeserializer avro = new KafkaAvroDeserializer();
  private final Topics topics;

  public Answers(String bootstrapServers, String registryUrl, Topics topics) {
    this.topics = topics;
    avro.configure(Map.of("schema.registry.url", registryUrl, "specific.avro.reader", true), false);
    consumer =
        CommittedReader.fromBeginning(
            bootstrapServers,
            List.of(topics.completions(), topics.timings(), topics.deadLetters()));
  }

  /** Reads until the condition holds; false if it does not within the limit or a worker died. */
  public boolean await(Duration limit, Predicate<Answers> condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.test(this)) {
      if (System.nanoTime() > end) {
        return false;
      }
      poll(Duration.ofMillis(100));
    }
    return true;
  }

  /** Reads for a fixed time more, to see what should not come. */
  public void linger(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      poll(Duration.ofMillis(100));
    }
  }

  /**
   * Reads to the ends that the topics have now. What one transaction wrote shows in all partitions
   * at once, but a reader comes to them one after another: who has seen a completion has not yet
   * seen all that was committed with it.
   */
  void catchUp() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    boolean read = await(CATCH_UP, now -> ends.keySet().stream().allMatch(p -> isReadTo(p, ends)));
    assertThat(read).as("read to the ends %s", ends).isTrue();
  }

  private boolean isReadTo(TopicPartition partition, Map<TopicPartition, Long> ends) {
    return consumer.position(partition) >= ends.get(partition);
  }

  /** The text of each completed request's first sample, by id. */
  public Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    completions.forEach(
        (id, list) ->
            texts.put(
                id,
                list.get(0).getSamples().isEmpty()
                    ? list.get(0).getStatus().toString()
                    : list.get(0).getSamples().get(0).getText()));
    return texts;
  }

  public GenerationCompletion completion(String id) {
    return completions.get(id).get(0);
  }

  private void poll(Duration wait) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      if (record.topic().equals(topics.deadLetters())) {
        deadLetters.add(record);
      } else if (record.topic().equals(topics.completions())) {
        completionRecords.add(record);
        GenerationCompletion completion = (GenerationCompletion) decode(record);
        completions.computeIfAbsent(completion.getId(), id -> new ArrayList<>()).add(completion);
      } else {
        timingRecords.add(record);
        StepTiming timing = (StepTiming) decode(record);
        timings.computeIfAbsent(timing.getId(), id -> new ArrayList<>()).add(timing);
      }
    }
  }

  private Object decode(ConsumerRecord<byte[], byte[]> record) {
    return avro.deserialize(record.topic(), record.value());
  }

  @Override
  public void close() {
    consumer.close();
    avro.close();
  }
}
