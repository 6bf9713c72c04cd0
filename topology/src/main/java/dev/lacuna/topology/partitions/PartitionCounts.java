package dev.lacuna.topology.partitions;

import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * How many partitions the topics have that a worker reads, and so where Kafka's clients for Java
 * put a record: murmur2 of its key, by Kafka's own code.
 *
 * <p>Threading: any thread may call any method; consumers tell what they know before they poll.
 */
public final class PartitionCounts {
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  /**
   * A topic has so many partitions now.
   *
   * @param count at least 1
   */
  public void set(String topic, int count) {
    counts.put(topic, count);
  }

  /**
   * The partition of a topic in which a key's records belong.
   *
   * @return empty while nobody has told how many partitions the topic has
   */
  public OptionalInt of(String topic, byte[] key) {
    Integer count = counts.get(topic);
    return count == null
        ? OptionalInt.empty()
        : OptionalInt.of(BuiltInPartitioner.partitionForKey(key, count));
  }

  /**
   * The partition in which a record belongs that stands in another one.
   *
   * @param partition where it stands; one beyond those that are known says that there are more now
   * @return empty if it stands where it belongs, or that is not known
   */
  public OptionalInt elsewhere(String topic, int partition, byte[] key) {
    Integer count = counts.get(topic);
    OptionalInt belongs = of(topic, key);
    return count == null || partition >= count || belongs.getAsInt() == partition
        ? OptionalInt.empty()
        : belongs;
  }
}
