package dev.lacuna.topology.model;

import dev.lacuna.topology.model.Kafka.Logged;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;

/** What the tasks of a worker did since its last commit; seen by all at once, or never. */
final class Transaction {

  private final List<Event> events = new ArrayList<>();
  private final Map<TopicPartition, Long> offsets = new HashMap<>();
  private boolean begun;
  private boolean aborted;

  /** One thing that a task did. */
  sealed interface Event {
    int task();
  }

  /** It processed a record. */
  record Consumed(int task, Logged record) implements Event {}

  /** It forwarded one. */
  record Forwarded(int task, String sink, byte[] value) implements Event {}

  /** It wrote a store; a null value deletes. */
  record Stored(int task, String store, Bytes key, byte[] value) implements Event {}

  void add(Event event) {
    events.add(event);
    begun |= !(event instanceof Consumed);
  }

  List<Event> events() {
    return events;
  }

  /** Whether something was sent, so that there is a transaction to commit even without offsets. */
  boolean begun() {
    return begun;
  }

  /** Whether it holds something of this task's, so that a restore of it has to wait. */
  boolean touches(int task) {
    boolean offsetsPending =
        offsets.keySet().stream().anyMatch(partition -> partition.partition() == task);
    return offsetsPending
        || events.stream().anyMatch(one -> one.task() == task && !(one instanceof Consumed));
  }

  /** The group's coordinator has taken the offsets; only the end is missing. */
  void offsets(Map<TopicPartition, Long> taken) {
    offsets.putAll(taken);
  }

  Map<TopicPartition, Long> offsets() {
    return offsets;
  }

  /** The transaction's coordinator has given it up. */
  void abort() {
    aborted = true;
  }

  boolean aborted() {
    return aborted;
  }
}
