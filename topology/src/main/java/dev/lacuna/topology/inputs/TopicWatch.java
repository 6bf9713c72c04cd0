package dev.lacuna.topology.inputs;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the topics of the tasks while the worker runs, since they change: partitions are added,
 * topics are deleted and made again. It says what can't be served and the cure, asks for a
 * rebalance once more can be served, and tells consumers of a topic that was made again.
 *
 * <p>Threading: owns one daemon thread, which looks; any thread may call any method.
 */
public final class TopicWatch implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration TELL_AGAIN = Duration.ofMinutes(5);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);

  private final TaskTopics topics;
  private final String bootstrapServers;
  private final String group;
  private final Supplier<Admin> admins;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean moreServed = new AtomicBoolean();

  /** Under which topic id this process reads a partition. */
  private final Map<TopicPartition, Uuid> readUnder = new ConcurrentHashMap<>();

  private final Thread thread = new Thread(this::lookAgain, "lacuna-topics");
  private volatile TopicsSeen last; // null before the first look

  /** Tasks of the last assignment that this process made, if it leads the group. */
  private volatile int assigned = Integer.MAX_VALUE;

  /** What could be served when it was made, or a rebalance asked for. */
  private volatile int servedThen = Integer.MAX_VALUE;

  private Admin admin; // made at the first look, guarded by this as the next
  private boolean ended;
  private List<String> told = List.of(); // of the thread alone, as the next
  private long toldNanos;

  /**
   * Looks at nothing yet.
   *
   * @param admins makes the client, which becomes the watch's own
   */
  public TopicWatch(
      TaskTopics topics, String bootstrapServers, String group, Supplier<Admin> admins) {
    this.topics = topics;
    this.bootstrapServers = bootstrapServers;
    this.group = group;
    this.admins = admins;
    thread.setDaemon(true);
  }

  /** Looks every few seconds from now on. */
  public void start() {
    thread.start();
  }

  /** What is said of offsets. */
  OffsetSentences sentences() {
    return new OffsetSentences(bootstrapServers, group);
  }

  /** The topics of the tasks. */
  TaskTopics topics() {
    return topics;
  }

  /**
   * Asks the cluster now.
   *
   * @throws KafkaException if it does not answer within 10 s or refuses
   */
  TopicsSeen look() {
    TopicsSeen seen = topics.look(admin());
    last = seen;
    return seen;
  }

  /** The client, for other questions. */
  synchronized Admin admin() {
    if (ended) {
      throw new KafkaException("the worker has ended");
    }
    if (admin == null) {
      admin = admins.get();
    }
    return admin;
  }

  /** Partitions now, by the last look where the cluster does not answer; empty before the first. */
  Optional<TaskPartitions> countsNow() {
    try {
      return Optional.of(look().counts());
    } catch (KafkaException away) {
      log.warn("the topics were not described, the last look counts reason={}", away.toString());
      return Optional.ofNullable(last).map(TopicsSeen::counts);
    }
  }

  /** This process, which leads the group, assigns so many tasks. */
  void assigned(int tasks) {
    assigned = tasks;
    servedThen = tasks;
  }

  /** Tasks of the last assignment that this process made. */
  int assigned() {
    return assigned;
  }

  /** Whether a rebalance is wanted, which is asked for once. */
  boolean takeRebalance() {
    return moreServed.getAndSet(false);
  }

  /** A partition is read from now on. */
  void reads(TopicPartition partition, Uuid topicId) {
    readUnder.put(partition, topicId);
  }

  /** Partitions are given up. */
  void readsNoMore(Collection<TopicPartition> partitions) {
    readUnder.keySet().removeAll(partitions);
  }

  /** The id of the topic that a partition is read of. */
  Optional<Uuid> readUnder(TopicPartition partition) {
    return Optional.ofNullable(readUnder.get(partition));
  }

  /** Whether a partition that is read is, by the last look, of a topic that is no more. */
  boolean remade(TopicPartition partition) {
    TopicsSeen seen = last;
    Uuid under = readUnder.get(partition);
    Uuid now = seen == null ? null : seen.ids().get(partition.topic());
    return under != null && now != null && !now.equals(under);
  }

  /**
   * Waits until all topics that are read exist.
   *
   * @return the topics that do not when the time is over or the watch is closed
   */
  public List<String> awaitInputs(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      List<String> missing = missing();
      if (missing.isEmpty() || System.nanoTime() - end > 0 || pause(Duration.ofSeconds(1))) {
        return missing;
      }
    }
  }

  private List<String> missing() {
    try {
      TopicsSeen seen = look();
      return topics.inputs().stream().filter(topic -> !seen.ids().containsKey(topic)).toList();
    } catch (KafkaException away) {
      log.warn("the topics were not described reason={}", away.toString());
      return topics.inputs();
    }
  }

  /** What does not fit now, and the commands; empty if all fits or nobody answers. */
  public List<String> problems() {
    try {
      return look().counts().problems(bootstrapServers);
    } catch (KafkaException away) {
      return List.of();
    }
  }

  private void lookAgain() {
    while (!pause(LOOK)) {
      try {
        TopicsSeen seen = look();
        compare(seen.counts());
      } catch (KafkaException away) {
        log.debug("the topics were not described", away);
      }
    }
  }

  private void compare(TaskPartitions counts) {
    if (counts.served() > servedThen) {
      servedThen = counts.served();
      log.info("more partitions can be served, the group is rebalanced served={}", counts.served());
      moreServed.set(true);
    }
    List<String> problems = counts.problems(bootstrapServers);
    boolean again = System.nanoTime() - toldNanos > TELL_AGAIN.toNanos();
    if (!problems.equals(told) || (again && !problems.isEmpty())) {
      if (problems.isEmpty()) {
        log.info("the partitions of all topics fit again served={}", counts.served());
      } else {
        log.warn("partitions were added that can't be served: {}", String.join(" ", problems));
      }
      told = problems;
      toldNanos = System.nanoTime();
    }
  }

  /** True if the watch was closed, or the caller interrupted, meanwhile. */
  private boolean pause(Duration time) {
    try {
      return closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Looks no more, and ends a wait. */
  public void stopLooking() {
    closed.countDown();
  }

  @Override
  public void close() {
    stopLooking();
    Admin made;
    synchronized (this) {
      ended = true;
      made = admin;
    }
    if (made != null) {
      made.close(CLOSE_MAX);
    }
  }
}
