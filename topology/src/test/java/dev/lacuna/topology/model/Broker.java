package dev.lacuna.topology.model;

import dev.lacuna.topology.model.Kafka.Logged;
import dev.lacuna.topology.model.Kafka.Meaning;
import dev.lacuna.topology.process.TickSender;
import dev.lacuna.topology.store.DeathNote;
import dev.lacuna.topology.store.DeathNoteCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;

/** What the cluster keeps: logs, committed offsets, changelogs and open transactions. */
final class Broker {

  /** First timestamp of a record, milliseconds since the epoch. */
  private static final long START_MILLIS = 1_700_000_000_000L;

  private final Ledger ledger;
  private final Map<TopicPartition, List<Logged>> logs = new HashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private final Map<String, NavigableMap<Bytes, byte[]>> changelogs = new TreeMap<>();
  private final Map<ModelWorker, Transaction> open = new HashMap<>();
  private long produced;

  Broker(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Appends a record. */
  void produce(TopicPartition to, String key, byte[] value, Meaning meaning, String label) {
    produce(to, key, value, new RecordHeaders(), meaning, label);
  }

  private void produce(
      TopicPartition to, String key, byte[] value, Headers headers, Meaning meaning, String label) {
    List<Logged> log = log(to);
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    long millis = START_MILLIS + produced++;
    log.add(new Logged(to, log.size(), millis, keyBytes, value, headers, meaning, label));
  }

  /** Appends a tick. */
  void tick(int partition, long number) {
    Headers headers = new RecordHeaders().add(TickSender.NUMBER_HEADER, TickSender.bytes(number));
    produce(Kafka.control(partition), TickSender.KEY, null, headers, new Meaning.Tick(), "tick");
  }

  /** Appends a death note. */
  void note(DeathNote note) {
    produce(
        Kafka.control(note.suspect().partition()),
        TickSender.DEATH_KEY,
        DeathNoteCodec.encode(note),
        new Meaning.Note(),
        "death note");
  }

  List<Logged> log(TopicPartition partition) {
    return logs.computeIfAbsent(partition, none -> new ArrayList<>());
  }

  long committed(TopicPartition partition) {
    return committed.getOrDefault(partition, 0L);
  }

  /** What a task's store holds for a new owner. */
  NavigableMap<Bytes, byte[]> changelog(int task, String store) {
    return changelogs.computeIfAbsent(task + "/" + store, none -> new TreeMap<>());
  }

  /** Entries of a store, over all tasks. */
  int stored(String store) {
    return changelogs.entrySet().stream()
        .filter(one -> one.getKey().endsWith("/" + store))
        .mapToInt(one -> one.getValue().size())
        .sum();
  }

  /** A producer's open transaction; it waits to be decided. */
  void opened(ModelWorker owner, Transaction transaction) {
    open.put(owner, transaction);
  }

  /** Whether a restore of the task has to wait for somebody's transaction. */
  boolean undecided(int task, ModelWorker restorer) {
    return open.entrySet().stream()
        .anyMatch(one -> one.getKey() != restorer && one.getValue().touches(task));
  }

  /** Shows everybody what a transaction holds. */
  void commit(ModelWorker owner, Transaction transaction) {
    open.remove(owner);
    committed.putAll(transaction.offsets());
    for (Transaction.Event event : transaction.events()) {
      if (event instanceof Transaction.Stored write) {
        store(write);
      }
    }
    ledger.take(owner.name(), transaction.events());
  }

  private void store(Transaction.Stored write) {
    NavigableMap<Bytes, byte[]> changelog = changelog(write.task(), write.store());
    if (write.value() == null) {
      changelog.remove(write.key());
    } else {
      changelog.put(write.key(), write.value());
    }
  }

  /** Forgets a transaction that its owner has given up. */
  void dropped(ModelWorker owner) {
    open.remove(owner);
  }

  /** Transactions of those who don't go on are aborted: {@code transaction.timeout.ms} is over. */
  void timeOut() {
    timeOut(worker -> !worker.running());
  }

  /** The same of those who are dead. */
  void timeOutDead() {
    timeOut(worker -> !worker.alive());
  }

  private void timeOut(Predicate<ModelWorker> which) {
    open.entrySet()
        .removeIf(
            one -> {
              boolean late = which.test(one.getKey());
              if (late) {
                one.getValue().abort();
              }
              return late;
            });
  }

  /** Whether all that was produced was read, and the offsets say so. */
  boolean allRead() {
    return logs.entrySet().stream()
        .allMatch(one -> committed(one.getKey()) == one.getValue().size());
  }

  /** Records that no committed transaction has read. */
  List<String> unread() {
    return logs.values().stream()
        .flatMap(List::stream)
        .filter(record -> !ledger.hasRead(record))
        .map(Logged::label)
        .toList();
  }

  /** Records of the request topic whose offsets are committed. */
  long requestsRead() {
    return committed.entrySet().stream()
        .filter(one -> !Kafka.isControl(one.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
