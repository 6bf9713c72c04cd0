package dev.lacuna.topology.model;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.kafka.StreamsSettings;
import dev.lacuna.topology.process.TopologySettings.RequestTopic;
import dev.lacuna.topology.process.TopologySettings.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

/** Names and settings of the modelled Kafka. */
final class Kafka {

  /** Partitions of requests and of control: as many tasks. */
  static final int PARTITIONS = 2;

  /** {@code max.poll.records}, small so that little is enough to meet it. */
  static final int MAX_POLL_RECORDS = 2;

  /** {@code buffered.records.per.partition}, small for the same reason. */
  static final int MAX_BUFFERED = 1;

  /** Express and bulk, as a user may have them. */
  static final String REQUESTS = "requests";

  static final String EXPRESS = "express";

  private static final String CONTROL = TestParts.TOPICS.control();

  private Kafka() {}

  /** Topics with these caps. */
  static Topics topics(int requestsMax, int expressMax) {
    return new Topics(
        List.of(new RequestTopic(REQUESTS, requestsMax), new RequestTopic(EXPRESS, expressMax)),
        CONTROL,
        TestParts.TOPICS.completions(),
        TestParts.TOPICS.timings(),
        TestParts.TOPICS.deadLetters());
  }

  static TopicPartition control(int partition) {
    return new TopicPartition(CONTROL, partition);
  }

  static boolean isControl(TopicPartition partition) {
    return partition.topic().equals(CONTROL);
  }

  /** What a task reads. */
  static List<TopicPartition> inputs(int task) {
    return List.of(
        new TopicPartition(REQUESTS, task), new TopicPartition(EXPRESS, task), control(task));
  }

  /** The worker's own {@code max.task.idle.ms}. */
  static long maxTaskIdleMillis() {
    Map<String, String> user = Map.of("bootstrap.servers", "nowhere:1", "application.id", "model");
    if (StreamsSettings.of(user, new TestParts().parts().settings())
        instanceof Checked.Valid<Map<String, Object>> valid) {
      return Long.parseLong(valid.value().get("max.task.idle.ms").toString());
    }
    throw new AssertionError("the plainest settings are refused");
  }

  /**
   * A record of a partition.
   *
   * @param timestampMillis order of all records that were ever produced
   * @param label for people
   */
  record Logged(
      TopicPartition from,
      long offset,
      long timestampMillis,
      byte[] key,
      byte[] value,
      Headers headers,
      Meaning meaning,
      String label) {}

  /** What a record asks for; the oracle goes by it, the worker by its bytes. */
  sealed interface Meaning {

    /** A request to generate. */
    record Submit(Asked asked) implements Meaning {}

    /** A control record that cancels. */
    record Cancel(String id) implements Meaning {}

    /** A null value in the request topic. */
    record Nothing(String id) implements Meaning {}

    /** A tick. */
    record Tick() implements Meaning {}

    /** A death note. */
    record Note() implements Meaning {}
  }
}
