package dev.lacuna.field;

import dev.lacuna.it.Pipeline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** A group's committed offsets, as a person sees and sets them with kafka-consumer-groups.sh. */
public final class GroupOffsets {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private GroupOffsets() {}

  /** The committed offset of a partition, if there is one. */
  public static Optional<OffsetAndMetadata> of(Admin admin, String group, TopicPartition partition)
      throws Exception {
    return Optional.ofNullable(
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition));
  }

  /** Sets an offset; waits until the group is empty. */
  public static void set(
      Admin admin, String group, TopicPartition partition, OffsetAndMetadata offset)
      throws Exception {
    whenEmpty(() -> admin.alterConsumerGroupOffsets(group, Map.of(partition, offset)).all().get());
  }

  /** What offsets.retention.minutes does to an empty group; waits until it is. */
  public static void forget(Admin admin, String group) throws Exception {
    whenEmpty(() -> admin.deleteConsumerGroups(List.of(group)).all().get());
  }

  private interface Change {
    Object make() throws Exception;
  }

  private static void whenEmpty(Change change) throws Exception {
    Pipeline.await(
        "the group is empty",
        LIMIT,
        () -> {
          try {
            change.make();
            return true;
          } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupNotEmptyException
                || e.getCause() instanceof UnknownMemberIdException) {
              return false;
            }
            throw e;
          }
        });
  }
}
