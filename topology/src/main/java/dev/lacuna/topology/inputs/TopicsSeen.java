package dev.lacuna.topology.inputs;

import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * The topics of the tasks as the cluster told them at one moment.
 *
 * @param counts their partitions
 * @param ids of the input topics that exist, by name; a topic that is made again has another
 */
public record TopicsSeen(TaskPartitions counts, Map<String, Uuid> ids) {
  /** Copies. */
  public TopicsSeen {
    ids = Map.copyOf(ids);
  }
}
