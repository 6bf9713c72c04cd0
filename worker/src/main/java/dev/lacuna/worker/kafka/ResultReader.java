package dev.lacuna.worker.kafka;

import dev.lacuna.schemas.Decoding;
import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.topology.kafka.Right;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads completions and step timings of all partitions, committed ones only, without a group.
 *
 * <p>Threading: used by one thread.
 */
public final class ResultReader implements AutoCloseable {
  private final Map<String, Object> settings;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final RegistryWireClient wire;
  private final String completions;
  private final String timings;
  private final List<TopicPartition> partitions = new ArrayList<>();

  /** Where to start. */
  public enum From {
    /** At the oldest record there is. */
    BEGINNING,
    /** Behind the newest record there is now. */
    END
  }

  /**
   * Records of one poll.
   *
   * @param unreadable a line for each record that can't be decoded
   */
  public record Results(
      List<GenerationCompletion> completions, List<StepTiming> timings, List<String> unreadable) {}

  /**
   * Connects and finds its position.
   *
   * @param wire warmed up; stays the caller's
   * @param withTimings whether to read timings beside completions
   * @throws KafkaFailure if the topics are missing or the cluster can't be reached
   */
  public ResultReader(Config config, RegistryWireClient wire, boolean withTimings, From from) {
    this.wire = wire;
    this.completions = config.get(ConfigKeys.COMPLETIONS_TOPIC);
    this.timings = config.get(ConfigKeys.TIMINGS_TOPIC);
    this.settings = ClientSettings.consumer(config);
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      assign(withTimings ? List.of(completions, timings) : List.of(completions), from);
    } catch (KafkaException e) {
      consumer.close();
      throw unreadable(e);
    } catch (KafkaFailure e) {
      consumer.close();
      throw e;
    }
  }

  private void assign(List<String> topics, From from) {
    for (String topic : topics) {
      List<PartitionInfo> found = consumer.partitionsFor(topic);
      if (found == null || found.isEmpty()) {
        throw new KafkaFailure(
            "topic " + topic + " does not exist; `lacuna topics create` does it");
      }
      found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    if (from == From.BEGINNING) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
    }
    partitions.forEach(consumer::position); // Seeking is lazy: fix the positions now.
  }

  /** Records that came, after a wait of at most this long for the first. */
  public Results poll(Duration wait) {
    Results results = new Results(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    try {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
        if (record.topic().equals(completions)) {
          keep(
              record,
              wire.decodeCompletion(completions, record.value()),
              results.completions()::add,
              results.unreadable());
        } else {
          keep(
              record,
              wire.decodeTiming(timings, record.value()),
              results.timings()::add,
              results.unreadable());
        }
      }
    } catch (KafkaException e) {
      throw unreadable(e);
    }
    return results;
  }

  private KafkaFailure unreadable(KafkaException cause) {
    String topic =
        Right.denial(cause)
            .filter(TopicAuthorizationException.class::isInstance)
            .flatMap(
                e -> ((TopicAuthorizationException) e).unauthorizedTopics().stream().findFirst())
            .orElse(completions);
    return KafkaFailure.of(
        "the results can't be read", cause, Right.onTopic(topic, AclOperation.READ), settings);
  }

  /** Ends of all partitions as of now, for {@link #hasReached}. */
  public Map<TopicPartition, Long> ends() {
    return consumer.endOffsets(partitions);
  }

  /** Whether everything before these ends was read. */
  public boolean hasReached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static <T> void keep(
      ConsumerRecord<byte[], byte[]> record,
      Decoding<T> decoding,
      Consumer<T> sink,
      List<String> unreadable) {
    String place =
        "%s-%d at offset %d".formatted(record.topic(), record.partition(), record.offset());
    if (decoding instanceof Decoding.Decoded<T> decoded) {
      sink.accept(decoded.value());
    } else if (decoding instanceof Decoding.Undecodable<T> bad) {
      unreadable.add(place + " can't be decoded: " + bad.message());
    } else {
      throw new KafkaFailure(place + " can't be decoded: the schema registry does not answer");
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
