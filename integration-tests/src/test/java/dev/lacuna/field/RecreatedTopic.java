package dev.lacuna.field;

import dev.lacuna.it.Pipeline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/** A topic that is deleted and made again under its name: it has another id, and begins at 0. */
public final class RecreatedTopic {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private RecreatedTopic() {}

  /** Deletes a topic and makes it again at once; returns when its partitions have leaders. */
  public static void remake(Admin admin, String topic, int partitions) throws Exception {
    remake(admin, new NewTopic(topic, partitions, (short) 1));
  }

  /** The same with settings and places of the new topic. */
  public static void remake(Admin admin, NewTopic topic) throws Exception {
    delete(admin, topic.name());
    make(admin, topic);
  }

  /** Deletes a topic. */
  public static void delete(Admin admin, String topic) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get();
  }

  /** Makes a topic that was deleted a moment ago; returns when its partitions have leaders. */
  public static void make(Admin admin, NewTopic topic) throws Exception {
    int partitions =
        topic.replicasAssignments() == null
            ? topic.numPartitions()
            : topic.replicasAssignments().size();
    Pipeline.await(topic.name() + " is made again", LIMIT, () -> made(admin, topic));
    Pipeline.await(
        topic.name() + " has leaders", LIMIT, () -> led(admin, topic.name(), partitions));
  }

  private static boolean made(Admin admin, NewTopic topic) throws Exception {
    try {
      admin.createTopics(List.of(topic)).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false; // the deletion takes a moment
      }
      throw e;
    }
  }

  private static boolean led(Admin admin, String topic, int partitions) throws Exception {
    try {
      for (int i = 0; i < partitions; i++) {
        TopicPartition partition = new TopicPartition(topic, i);
        admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition).get();
      }
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return false;
      }
      throw e;
    }
  }
}
