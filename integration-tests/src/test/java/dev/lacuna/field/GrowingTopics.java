package dev.lacuna.field;

import dev.lacuna.it.Pipeline;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/** Topics that get partitions while they are read, and senders that know of them at once. */
public final class GrowingTopics {
  private GrowingTopics() {}

  /** Adds partitions to a topic, as {@code kafka-topics.sh --alter} does. */
  public static void grow(Admin admin, String topic, int partitions) throws Exception {
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all().get();
  }

  /** Names of an application's changelogs, sorted. */
  public static List<String> changelogs(Admin admin, String applicationId) throws Exception {
    return admin.listTopics().names().get().stream()
        .filter(name -> name.startsWith(applicationId + "-") && name.endsWith("-changelog"))
        .sorted()
        .toList();
  }

  /** Sends each request to the partition that its key has among so many. */
  public static void send(Pipeline pipeline, List<GenerationRequest> requests, int partitions) {
    for (GenerationRequest request : requests) {
      byte[] key = request.getId().getBytes(StandardCharsets.UTF_8);
      pipeline.send(
          new ProducerRecord<>(
              pipeline.topics.requests(),
              BuiltInPartitioner.partitionForKey(key, partitions),
              key,
              pipeline.encode(request)));
    }
    pipeline.flush();
  }
}
