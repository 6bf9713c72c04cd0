package dev.lacuna.topology.process;

import dev.lacuna.topology.process.TopologySettings.RequestTopic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Accepted work of the whole process: requests and undecoded records that stand in a store of one
 * of its tasks, by the request topic that they came from. At a topic's cap the pausing consumers
 * stop fetching it, so that its backlog stays in Kafka and other topics go on. The cap may be
 * passed by what was already fetched and by what a restore brings.
 *
 * <p>Work of a topic that is configured no more counts against the first. Undecoded control records
 * are accepted work too, but count against no cap: nothing may hold up control.
 *
 * <p>Threading: any thread may call any method.
 */
public final class AcceptedCounts {
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final Lane first;
  private final AtomicInteger controls = new AtomicInteger();
  private final AtomicLong runsEnded = new AtomicLong();
  private volatile boolean closed;

  private record Lane(int max, AtomicInteger count) {}

  /**
   * No work yet.
   *
   * @param topics the request topics, at least one
   */
  public AcceptedCounts(List<RequestTopic> topics) {
    for (RequestTopic topic : topics) {
      lanes.put(topic.name(), new Lane(topic.acceptedMax(), new AtomicInteger()));
    }
    first = lanes.get(topics.get(0).name());
  }

  /** Counts one more of a request topic. */
  public void add(String topic) {
    lane(topic).count().incrementAndGet();
  }

  /** Counts one of a request topic less: answered, or handed to another owner. */
  public void release(String topic) {
    lane(topic).count().decrementAndGet();
  }

  /** Counts one more control record that waits for its schema. */
  public void addControl() {
    controls.incrementAndGet();
  }

  /** Counts one such control record less. */
  public void releaseControl() {
    controls.decrementAndGet();
  }

  /** Control records that wait for their schema. */
  public int controls() {
    return controls.get();
  }

  /** Accepted and not yet answered, of all topics. */
  public int count() {
    int count = controls.get();
    for (Lane lane : lanes.values()) {
      count += lane.count().get();
    }
    return count;
  }

  /** What counts against the cap of a request topic. */
  public int count(String topic) {
    return lane(topic).count().get();
  }

  /** The request topics. */
  public Set<String> topics() {
    return lanes.keySet();
  }

  /**
   * Whether the partitions of a topic are to be paused; never those of one that isn't requests'.
   */
  public boolean atCap(String topic) {
    Lane lane = lanes.get(topic);
    return lane != null && (closed || lane.count().get() >= lane.max());
  }

  /** A run ended: somebody can publish what came of it. */
  public void runEnded() {
    runsEnded.incrementAndGet();
  }

  /** Runs that ended so far; a stream thread that waits for records looks whether it has grown. */
  public long runsEnded() {
    return runsEnded.get();
  }

  /** No more is taken, whatever the caps: the process stops. */
  public void close() {
    closed = true;
    runsEnded.incrementAndGet(); // whoever waits for records is to look up
  }

  private Lane lane(String topic) {
    return lanes.getOrDefault(topic, first);
  }
}
