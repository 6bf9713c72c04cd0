package dev.lacuna.topology.model;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.kafka.PausingConsumers;
import dev.lacuna.topology.model.Kafka.Logged;
import dev.lacuna.topology.process.TopologySettings.Durability;
import dev.lacuna.topology.store.DeathNote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * A worker process with one stream thread: the worker's own code in what Kafka Streams 4.4.0 does
 * around it. Tasks of a thread share its transactions.
 */
final class ModelWorker {

  private static final int EXPRESS_MAX = 1;

  /** {@code crash.attempts.max}. */
  static final int ATTEMPTS_MAX = 3;

  private final String name;
  private final Broker broker;
  private final Group group;
  private final Rules rules;
  private final int acceptedMax;
  private final TestParts parts;
  private final ModelConsumer kafka;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<Integer, ModelTask> tasks = new TreeMap<>();
  private final Set<Integer> restoring = new TreeSet<>();
  private final Set<TopicPartition> spacious = new HashSet<>();
  private Transaction transaction = new Transaction();
  private boolean alive = true;
  private boolean stopped;
  private boolean ending;
  private boolean dying;

  ModelWorker(String name, int acceptedMax, Broker broker, Group group, Rules rules) {
    this.name = name;
    this.broker = broker;
    this.group = group;
    this.rules = rules;
    this.acceptedMax = acceptedMax;
    parts = new TestParts(Kafka.topics(acceptedMax, EXPRESS_MAX));
    parts.arming = rules.arming();
    parts.durability = new Durability(TestParts.CHECKPOINT_INTERVAL, ATTEMPTS_MAX, false);
    parts.engine.deadly = (spec, step) -> Asked.kills(spec, step) || dying;
    parts.wire.deadly = Asked::kills;
    kafka = new ModelConsumer(broker, rules, parts.accepted);
    consumer =
        PausingConsumers.wrap(
            kafka.asConsumer(), parts.accepted, parts.pace, parts.parts().metrics());
  }

  String name() {
    return name;
  }

  TestParts parts() {
    return parts;
  }

  Map<Integer, ModelTask> tasks() {
    return tasks;
  }

  /** Neither dead nor stopped. */
  boolean running() {
    return alive && !stopped;
  }

  boolean alive() {
    return alive;
  }

  /** The group's coordinator gives it these tasks; what it has already goes on. */
  void assign(Set<Integer> assigned) {
    restoring.retainAll(assigned);
    for (int task : assigned) {
      if (!tasks.containsKey(task)) {
        restoring.add(task);
      }
    }
    Set<TopicPartition> partitions = new HashSet<>();
    assigned.forEach(task -> partitions.addAll(Kafka.inputs(task)));
    kafka.assign(partitions);
    restoring.forEach(task -> consumer.pause(Kafka.inputs(task)));
  }

  /** A rebalance takes tasks: they are committed, with all others of the thread, and closed. */
  void giveUpAllBut(Set<Integer> kept) {
    if (!kept.containsAll(tasks.keySet()) && commit()) {
      for (int task : List.copyOf(tasks.keySet())) {
        if (!kept.contains(task)) {
          tasks.remove(task).close();
        }
      }
    }
  }

  /** Polls, as a member: one that was evicted learns it here and joins again. */
  void poll() {
    if (!group.has(this)) {
      closeDirty();
      group.join(this);
    }
    fetch();
  }

  /** Polls; what was fetched arrives before the news of an eviction. */
  void fetch() {
    restore();
    spacious.removeIf(partition -> !tasks.containsKey(partition.partition())); // given up since
    consumer.resume(spacious);
    spacious.clear();
    ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ZERO);
    for (TopicPartition partition : records.partitions()) {
      ModelTask task = tasks.get(partition.partition());
      List<Logged> fetched = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        fetched.add(broker.log(partition).get((int) record.offset()));
      }
      task.buffer(partition, fetched, records.nextOffsets().get(partition).offset());
      if (task.queue(partition).size() > Kafka.MAX_BUFFERED) {
        consumer.pause(Set.of(partition));
      }
    }
  }

  /** Restores what can be: transactions of a dead or stopped owner have to be decided first. */
  private void restore() {
    for (int number : List.copyOf(restoring)) {
      if (!broker.undecided(number, this)) {
        restoring.remove(number);
        seek(number);
        tasks.put(number, new ModelTask(number, broker, parts.parts(), this::did));
        consumer.resume(Kafka.inputs(number));
      }
    }
  }

  private void seek(int task) {
    for (TopicPartition input : Kafka.inputs(task)) {
      kafka.seek(input, broker.committed(input));
    }
  }

  private void did(Transaction.Event event) {
    transaction.add(event);
    broker.opened(this, transaction);
  }

  /** Processes one record of each task that is ready; whether there was any. */
  boolean process() {
    boolean any = false;
    for (ModelTask task : tasks.values()) {
      Optional<TopicPartition> ready = task.ready(rules.maxTaskIdleMillis(), kafka);
      if (ready.isPresent()) {
        task.process(ready.get());
        any = true;
        if (task.queue(ready.get()).size() <= Kafka.MAX_BUFFERED) {
          spacious.add(ready.get());
        }
      }
    }
    return any;
  }

  void punctuate() {
    tasks.values().forEach(task -> task.punctuate(parts.clock.epochMicros() / 1000));
  }

  /** Commits what its tasks did; false if it was fenced, and then it has none any more. */
  boolean commit() {
    return offsetsTaken() && ended();
  }

  /** The first half of a commit: the group's coordinator takes the offsets, or fences. */
  boolean offsetsTaken() {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (ModelTask task : tasks.values()) {
      if (task.commitNeeded()) {
        offsets.putAll(task.offsets());
      }
    }
    boolean stale = !offsets.isEmpty() && !group.has(this);
    if (transaction.aborted() || stale) {
      fenced();
      return false;
    }
    if (!offsets.isEmpty()) {
      transaction.offsets(offsets);
      broker.opened(this, transaction);
    }
    return true;
  }

  /** The second half: the transaction's coordinator ends it. */
  private boolean ended() {
    if (transaction.aborted()) {
      fenced();
      return false;
    }
    if (transaction.begun() || !transaction.offsets().isEmpty()) {
      broker.commit(this, transaction);
      transaction = new Transaction();
    }
    tasks.values().forEach(ModelTask::committed);
    return true;
  }

  private void fenced() {
    closeDirty();
    group.leave(this);
  }

  private void closeDirty() {
    tasks.values().forEach(ModelTask::close);
    tasks.clear();
    restoring.clear();
    spacious.clear();
    kafka.assign(Set.of());
    drop();
  }

  private void drop() {
    broker.dropped(this);
    transaction = new Transaction();
  }

  /** A commit failed in a way that Kafka Streams survives: its tasks are initialised again. */
  void revive() {
    tasks.values().forEach(ModelTask::close);
    drop();
    for (ModelTask task : tasks.values()) {
      seek(task.number());
      task.init();
      consumer.resume(Kafka.inputs(task.number()));
    }
    spacious.clear();
  }

  /** SIGKILL: nobody learns of it until its session is over. */
  void kill() {
    alive = false;
    stopped = false;
  }

  /** SIGKILL at its next forward pass. */
  void killInPass() {
    dying = true;
  }

  /** What its flight log holds. */
  List<DeathNote> deathNotes() {
    return parts.flightLog.deathNotes();
  }

  /** SIGSTOP. */
  void stop() {
    stopped = true;
  }

  /** SIGSTOP in the middle of a commit. */
  void stopInCommit() {
    if (offsetsTaken()) {
      stopped = true;
      ending = true;
    }
  }

  /** SIGCONT. */
  void goOn() {
    stopped = false;
    if (ending) {
      ending = false;
      ended();
    }
  }

  /** SIGTERM: tasks are told to store how far they are. */
  void order() {
    parts.stop.order();
  }

  /** Whether it was told to stop, and does nothing else any more. */
  boolean ordered() {
    return parts.stop.ordered();
  }

  /** SIGTERM: tasks store how far they are, all is committed and closed, and it leaves. */
  void terminate() {
    order();
    for (int look = 0; look < 2; look++) {
      parts.engine.step();
      punctuate();
    }
    commit();
    closeDirty();
    alive = false;
    group.leave(this);
  }

  /** The tick sender's thread. */
  void sendTicks() {
    parts.ticks.removeIf(tick -> tick.answered().getAsBoolean());
    parts.ticks.forEach(tick -> broker.tick(tick.partition(), tick.number()));
  }

  /** The registry tells the schema of strange requests. */
  void learn() {
    parts.wire.cache(Asked.LATE_SCHEMA);
    parts.schemas.put(Asked.LATE_SCHEMA, new SchemaFetch.Cached());
  }

  /** Most that it may have accepted: the cap, what was restored, what was fetched at the cap. */
  int acceptedBound() {
    int restored = tasks.values().stream().mapToInt(ModelTask::restored).sum();
    int fetched = Kafka.PARTITIONS * (Kafka.MAX_BUFFERED + Kafka.MAX_POLL_RECORDS);
    return acceptedMax + EXPRESS_MAX + restored + 2 * fetched;
  }

  int entries() {
    return tasks.values().stream().mapToInt(ModelTask::entries).sum();
  }
}
