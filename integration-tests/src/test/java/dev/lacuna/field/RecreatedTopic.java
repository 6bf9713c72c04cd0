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
    admin.deleteTopics(List.of(topic)).all().get();
    Pipeline.await(topic + " is made again", LIMIT, () -> made(admin, topic, partitions));
    Pipeline.await(topic + " has leaders", LIMIT, () -> led(admin, topic, partitions));
  }

  private static boolean made(Admin admin, String topic, int partitions) throws Exception {
    try {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
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
