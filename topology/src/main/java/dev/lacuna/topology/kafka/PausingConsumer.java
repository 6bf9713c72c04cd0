package dev.lacuna.topology.kafka;

import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.CommitPace;
import dev.lacuna.topology.process.WorkerMetrics;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * A main consumer that stops fetching a request topic while its accepted work is at its cap, so
 * that the backlog stays in Kafka and is seen as lag; other request topics go on. Blocking the
 * stream thread instead would grow without end and time transactions out.
 *
 * <p>Two parties pause here, Kafka Streams and we, and neither may undo the other's pause:
 *
 * <ul>
 *   <li>we pause partitions of full request topics that Streams has not paused, never control
 *       partitions, since a task that can't read its tick stays disarmed;
 *   <li>a partition that Streams resumes stays paused while we hold it;
 *   <li>a partition that we let go stays paused while Streams wants it so;
 *   <li>Streams is told of its own pauses alone.
 * </ul>
 *
 * <p>It also ends a poll early when a run has ended, so that its answer does not wait for the
 * poll's timeout, and when an answer waits for its commit.
 *
 * <p>Threading: owned by the stream thread that owns the consumer.
 */
final class PausingConsumer implements InvocationHandler {
  /** How long a poll is deaf to the engine while little work is accepted: latency counts. */
  private static final Duration SLICE_OF_FEW = Duration.ofMillis(10);

  /** The same while much is: every wake-up takes a core from the engine for a moment. */
  private static final Duration SLICE_OF_MANY = Duration.ofMillis(50);

  private static final int FEW = 4;

  private final Consumer<byte[], byte[]> consumer;
  private final AcceptedCounts accepted;
  private final CommitPace pace;
  private final WorkerMetrics metrics;
  private final Runnable beforePoll;
  private final Set<TopicPartition> pausedByStreams = new HashSet<>();
  private final Set<TopicPartition> held = new HashSet<>();
  private long runsEndedSeen;

  private PausingConsumer(
      Consumer<byte[], byte[]> consumer,
      AcceptedCounts accepted,
      CommitPace pace,
      WorkerMetrics metrics,
      Runnable beforePoll) {
    this.consumer = consumer;
    this.accepted = accepted;
    this.pace = pace;
    this.metrics = metrics;
    this.beforePoll = beforePoll;
  }

  /**
   * Wraps a consumer. The interface has fifty methods and gains more: hence the proxy.
   *
   * @param beforePoll looks at what the consumer knows
   */
  @SuppressWarnings("unchecked")
  static Consumer<byte[], byte[]> wrap(
      Consumer<byte[], byte[]> consumer,
      AcceptedCounts accepted,
      CommitPace pace,
      WorkerMetrics metrics,
      Runnable beforePoll) {
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            PausingConsumer.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            new PausingConsumer(consumer, accepted, pace, metrics, beforePoll));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "pause" -> pause((Collection<TopicPartition>) arguments[0]);
      case "resume" -> resume((Collection<TopicPartition>) arguments[0]);
      case "paused" -> {
        return paused();
      }
      case "poll" -> {
        return poll((Duration) arguments[0]);
      }
      default -> {
        return other(method, arguments);
      }
    }
    return null;
  }

  private void pause(Collection<TopicPartition> partitions) {
    consumer.pause(partitions);
    pausedByStreams.addAll(partitions);
  }

  private void resume(Collection<TopicPartition> partitions) {
    pausedByStreams.removeAll(partitions);
    Set<TopicPartition> free = new HashSet<>(partitions);
    free.removeAll(held);
    consumer.resume(free);
  }

  private Set<TopicPartition> paused() {
    Set<TopicPartition> paused = new HashSet<>(consumer.paused());
    paused.removeIf(partition -> held.contains(partition) && !pausedByStreams.contains(partition));
    return paused;
  }

  /**
   * Returns early if a run has ended meanwhile: its answer is a punctuator's work, which comes
   * after the poll. A wake-up from outside would do too, but it may hit any other call of the
   * consumer.
   */
  private Object poll(Duration timeout) {
    beforePoll.run();
    balance();
    long begun = System.nanoTime();
    while (true) {
      long leftNanos = timeout.toNanos() - (System.nanoTime() - begun);
      // Read once: of two reads only the second would see a run that ends between them.
      long runsEnded = accepted.runsEnded();
      boolean over = leftNanos <= 0 || runsEnded != runsEndedSeen;
      runsEndedSeen = runsEnded;
      ConsumerRecords<byte[], byte[]> records =
          consumer.poll(over ? Duration.ZERO : slice(Duration.ofNanos(leftNanos)));
      if (over || !records.isEmpty() || pace.anyWaits()) {
        return records;
      }
    }
  }

  private Duration slice(Duration left) {
    int open = accepted.count();
    if (open == 0 && !pace.anyWaits()) {
      return left;
    }
    Duration slice = open <= FEW ? SLICE_OF_FEW : SLICE_OF_MANY;
    return slice.compareTo(left) < 0 ? slice : left;
  }

  private Object other(Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("close")) {
      keepHeld(Set.of());
    }
    try {
      return method.invoke(consumer, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  /** Holds or lets go of request partitions; before every poll, the one place where it matters. */
  private void balance() {
    Set<TopicPartition> assigned = consumer.assignment();
    pausedByStreams.retainAll(assigned);
    keepHeld(assigned);
    // Read once for each topic: another thread may answer the last request of a full one meanwhile.
    Set<TopicPartition> full = new HashSet<>();
    for (String topic : accepted.topics()) {
      if (accepted.atCap(topic)) {
        assigned.stream().filter(partition -> partition.topic().equals(topic)).forEach(full::add);
      }
    }
    letGo(full);
    hold(full);
  }

  private void letGo(Set<TopicPartition> full) {
    Set<TopicPartition> free = new HashSet<>(held);
    free.removeAll(full);
    keepHeld(full);
    free.removeAll(pausedByStreams);
    if (!free.isEmpty()) {
      consumer.resume(free);
    }
  }

  /**
   * A partition that was taken away and given back in one rebalance lost its pause: pause again.
   */
  private void hold(Set<TopicPartition> full) {
    int before = held.size();
    held.addAll(full);
    Set<TopicPartition> pause = new HashSet<>(full);
    pause.removeAll(consumer.paused());
    metrics.pausedPartitionsChanged(held.size() - before);
    if (!pause.isEmpty()) {
      consumer.pause(pause);
    }
  }

  private void keepHeld(Set<TopicPartition> partitions) {
    int before = held.size();
    held.retainAll(partitions);
    metrics.pausedPartitionsChanged(held.size() - before);
  }
}
