package dev.lacuna.topology.inputs;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A main consumer that knows why an offset is not there. Kafka has one setting for all cases,
 * {@code auto.offset.reset}, and they must differ:
 *
 * <ul>
 *   <li>a partition without an offset was added while the worker runs, or its topic was made again:
 *       it is read from its first record. Before the start {@code FirstOffsets} has told this from
 *       a group whose offsets were forgotten;
 *   <li>a topic that was made again is another topic: it is read from its first record, by a new
 *       stream thread if the old topic was being read;
 *   <li>brokers lost the end of a log that was read: the topic is the same, and leader epochs tell
 *       where the new log parts from the old. From there on all is new;
 *   <li>retention removed what was never read: a person must decide.
 * </ul>
 *
 * <p>It moves the committed offset over aborted records and markers, which nothing else does while
 * no record follows: see {@link PassedOffsets}.
 *
 * <p>Threading: owned by the stream thread that owns the consumer.
 */
public final class InputConsumer implements InvocationHandler {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Logger log = LoggerFactory.getLogger(InputConsumer.class);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicWatch watch;
  private final PassedOffsets passed;

  private InputConsumer(Consumer<byte[], byte[]> consumer, TopicWatch watch, LongSupplier nanos) {
    this.consumer = consumer;
    this.watch = watch;
    this.passed = new PassedOffsets(consumer, nanos);
  }

  /** Wraps a consumer; {@code nanos} is a clock. */
  @SuppressWarnings("unchecked")
  public static Consumer<byte[], byte[]> wrap(
      Consumer<byte[], byte[]> consumer, TopicWatch watch, LongSupplier nanos) {
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            InputConsumer.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            new InputConsumer(consumer, watch, nanos));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("poll")) {
      return poll((Duration) arguments[0]);
    }
    if (method.getName().equals("position")) {
      return position(method, arguments);
    }
    if (method.getName().equals("close")) {
      passed.commitNow(consumer.assignment());
    }
    if (method.getName().startsWith("seek")) {
      passed.forget(
          arguments[0] instanceof TopicPartition one
              ? Set.of(one)
              : (Collection<TopicPartition>) arguments[0]);
    }
    try {
      Object answer = method.invoke(consumer, arguments);
      return method.getName().equals("committed") ? taskBegins(answer) : answer;
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  private Object poll(Duration timeout) {
    Set<TopicPartition> assigned = consumer.assignment();
    assigned.stream().filter(watch::remade).findFirst().ifPresent(this::endThread);
    if (watch.takeRebalance()) {
      consumer.enforceRebalance("more partitions can be served");
    }
    passed.commit(assigned);
    try {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
      passed.polled(records);
      return records;
    } catch (InvalidOffsetException wrong) {
      settle(wrong);
    }
    return ConsumerRecords.empty();
  }

  /**
   * What a poll learned in the background is thrown by whatever asks next, and that may be this.
   */
  private Object position(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(consumer, arguments);
    } catch (InvocationTargetException thrown) {
      if (!(thrown.getCause() instanceof InvalidOffsetException wrong)) {
        throw thrown.getCause();
      }
      settle(wrong);
    }
    try {
      return method.invoke(consumer, arguments);
    } catch (InvocationTargetException again) {
      throw again.getCause();
    }
  }

  private void settle(InvalidOffsetException wrong) {
    if (wrong instanceof NoOffsetForPartitionException none) {
      log.warn(
          "partitions without an offset are read from their first record partitions={}",
          none.partitions());
      seekToBeginning(none.partitions());
    } else if (wrong instanceof OffsetOutOfRangeException lost) {
      lost.offsetOutOfRangePartitions().forEach((partition, next) -> settle(partition, next, lost));
    } else {
      throw wrong;
    }
  }

  private void seekToBeginning(Set<TopicPartition> partitions) {
    passed.forget(partitions);
    consumer.seekToBeginning(partitions);
  }

  private void endThread(TopicPartition partition) {
    watch.readsNoMore(consumer.assignment());
    throw new InputRemadeException(
        "topic '%s' was deleted and made again while it was read; the new one is read from its first record"
            .formatted(partition.topic()));
  }

  private void settle(TopicPartition partition, long next, OffsetOutOfRangeException lost) {
    Uuid now = watch.look().ids().get(partition.topic());
    if (watch.remade(partition)) {
      endThread(partition);
    }
    Optional<Uuid> before = watch.readUnder(partition).or(() -> label(partition));
    if (now != null && before.isPresent() && !before.get().equals(now)) {
      log.warn(
          "the topic was deleted and made again, it is read from its first record partition={}",
          partition);
      seekToBeginning(Set.of(partition));
      return;
    }
    OffsetAndMetadata parting =
        lost instanceof LogTruncationException truncated
            ? truncated.divergentOffsets().get(partition)
            : null;
    if (parting != null && before.isPresent() && before.get().equals(now)) {
      log.warn(
          "brokers lost the end of a log that was read, records from there on are new partition={}"
              + " read={} lostFrom={}",
          partition,
          next,
          parting.offset());
      passed.forget(Set.of(partition));
      consumer.seek(partition, parting);
      return;
    }
    long begin = offset(partition, OffsetSpec.earliest());
    long end = offset(partition, OffsetSpec.latest());
    throw new InputStoppedException(
        next > end
            ? watch.sentences().beyond(partition, next, begin, end)
            : watch.sentences().retention(partition, next, begin, end),
        lost);
  }

  private Optional<Uuid> label(TopicPartition partition) {
    return Optional.ofNullable(consumer.committed(Set.of(partition)).get(partition))
        .flatMap(OffsetLabel::of);
  }

  private long offset(TopicPartition partition, OffsetSpec which) {
    try {
      ListOffsetsResultInfo info =
          watch
              .admin()
              .listOffsets(Map.of(partition, which))
              .partitionResult(partition)
              .get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
      return info.offset();
    } catch (ExecutionException | TimeoutException failed) {
      throw new KafkaException("the offsets of " + partition + " were not told", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while offsets were told", interrupted);
    }
  }

  /**
   * Kafka Streams asks for committed offsets when a task begins: from here on its partitions are
   * read, of the topic that has the name now. An offset of another topic is none.
   */
  @SuppressWarnings("unchecked")
  private Object taskBegins(Object answer) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>((Map<TopicPartition, OffsetAndMetadata>) answer);
    Map<String, Uuid> ids = watch.look().ids();
    committed.forEach(
        (partition, offset) -> {
          Uuid now = ids.get(partition.topic());
          if (now != null) {
            watch.reads(partition, now);
          }
        });
    committed.replaceAll((partition, offset) -> offset == null ? null : ofNow(partition, offset));
    return committed;
  }

  private OffsetAndMetadata ofNow(TopicPartition partition, OffsetAndMetadata offset) {
    Optional<Uuid> label = OffsetLabel.of(offset);
    Optional<Uuid> now = watch.readUnder(partition);
    if (label.isPresent() && now.isPresent() && !label.equals(now)) {
      log.warn(
          "a committed offset is of a topic that was deleted, the new one is read from its first"
              + " record partition={} offset={}",
          partition,
          offset.offset());
      seekToBeginning(Set.of(partition));
      return null;
    }
    return OffsetLabel.strip(offset);
  }
}
