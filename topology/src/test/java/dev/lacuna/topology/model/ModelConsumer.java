package dev.lacuna.topology.model;

import dev.lacuna.topology.model.Kafka.Logged;
import dev.lacuna.topology.process.AcceptedCounts;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Kafka's consumer, as far as the worker's own one calls it: what is paused is not fetched. */
final class ModelConsumer implements InvocationHandler {

  private final Broker broker;
  private final Rules rules;
  private final AcceptedCounts accepted;
  private final Set<TopicPartition> assigned = new LinkedHashSet<>();
  private final Set<TopicPartition> paused = new LinkedHashSet<>();
  private final Map<TopicPartition, Long> positions = new HashMap<>();

  ModelConsumer(Broker broker, Rules rules, AcceptedCounts accepted) {
    this.broker = broker;
    this.rules = rules;
    this.accepted = accepted;
  }

  @SuppressWarnings("unchecked")
  Consumer<byte[], byte[]> asConsumer() {
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            ModelConsumer.class.getClassLoader(), new Class<?>[] {Consumer.class}, this);
  }

  /** Takes and gives partitions; what is taken is forgotten, its pause too. */
  void assign(Set<TopicPartition> partitions) {
    assigned.clear();
    assigned.addAll(partitions);
    paused.retainAll(assigned);
    positions.keySet().retainAll(assigned);
  }

  void seek(TopicPartition partition, long offset) {
    positions.put(partition, offset);
  }

  /** Records between the position and the end. */
  long lag(TopicPartition partition) {
    return broker.log(partition).size() - positions.getOrDefault(partition, 0L);
  }

  long position(TopicPartition partition) {
    return positions.getOrDefault(partition, 0L);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object invoke(Object proxy, Method method, Object[] arguments) {
    switch (method.getName()) {
      case "assignment" -> {
        return Set.copyOf(assigned);
      }
      case "paused" -> {
        return Set.copyOf(paused);
      }
      case "pause" -> paused.addAll((Collection<TopicPartition>) arguments[0]);
      case "resume" -> paused.removeAll((Collection<TopicPartition>) arguments[0]);
      case "poll" -> {
        return poll();
      }
      case "close" -> assign(Set.of());
      default -> throw new UnsupportedOperationException(method.getName());
    }
    return null;
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> fetched = new HashMap<>();
    int room = Kafka.MAX_POLL_RECORDS;
    for (TopicPartition partition : assigned) {
      while (room > 0 && !held(partition) && lag(partition) > 0) {
        Logged next = broker.log(partition).get((int) position(partition));
        fetched
            .computeIfAbsent(partition, none -> new ArrayList<>())
            .add(
                new ConsumerRecord<>(
                    partition.topic(),
                    partition.partition(),
                    next.offset(),
                    next.key(),
                    next.value()));
        positions.merge(partition, 1L, Long::sum);
        room--;
      }
    }
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    fetched.keySet().forEach(one -> next.put(one, new OffsetAndMetadata(position(one))));
    return new ConsumerRecords<>(fetched, next);
  }

  private boolean held(TopicPartition partition) {
    boolean byMutant =
        rules.controlPausedToo() && Kafka.isControl(partition) && accepted.atCap(Kafka.REQUESTS);
    return byMutant || paused.contains(partition);
  }
}
