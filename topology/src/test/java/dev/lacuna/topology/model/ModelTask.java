package dev.lacuna.topology.model;

import dev.lacuna.topology.GenerationProcessor;
import dev.lacuna.topology.model.Kafka.Logged;
import dev.lacuna.topology.process.TaskParts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;

/** A running task: the worker's own processor over what Kafka Streams keeps for it. */
final class ModelTask {

  private final int number;
  private final Broker broker;
  private final Consumer<Transaction.Event> events;
  private final ModelContext<byte[], byte[]> context;
  private final GenerationProcessor processor;
  private final Map<TopicPartition, Deque<Logged>> queues = new HashMap<>();
  private final Set<TopicPartition> consumed = new HashSet<>();
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private ModelStore<String> pending;
  private ModelStore<byte[]> undecoded;
  private int restored;
  private boolean processedSinceInit;
  private String unarmedWrite;
  private boolean commitNeeded;

  /** Restores and initialises it. */
  ModelTask(int number, Broker broker, TaskParts parts, Consumer<Transaction.Event> events) {
    this.number = number;
    this.broker = broker;
    this.events = events;
    Kafka.inputs(number).forEach(input -> queues.put(input, new ArrayDeque<>()));
    context =
        new ModelContext<>(
            number, (sink, value) -> tell(new Transaction.Forwarded(number, sink, value)));
    processor = new GenerationProcessor(parts);
    init();
  }

  /**
   * Restores the stores from their changelogs, as a dirty close makes necessary, and initialises
   * the same object.
   */
  void init() {
    processedSinceInit = false;
    commitNeeded = false;
    consumed.clear();
    next.clear();
    queues.values().forEach(Deque::clear);
    Function<String, Bytes> text = key -> Bytes.wrap(key.getBytes(StandardCharsets.UTF_8));
    Function<Bytes, String> read = key -> new String(key.get(), StandardCharsets.UTF_8);
    pending = store("pending", text, read);
    undecoded = store("undecoded", Bytes::wrap, Bytes::get);
    store("completed", Bytes::wrap, Bytes::get);
    store("progress", text, read);
    store("cancellations", text, read);
    store("deaths", text, read);
    restored = entries();
    processor.init(context);
  }

  private <K> ModelStore<K> store(
      String name, Function<K, Bytes> encode, Function<Bytes, K> decode) {
    ModelStore<K> store =
        new ModelStore<>(
            name,
            encode,
            decode,
            broker.changelog(number, name),
            (key, value) -> tell(new Transaction.Stored(number, name, key, value)));
    context.put(store);
    return store;
  }

  private void tell(Transaction.Event event) {
    if (!processedSinceInit) {
      unarmedWrite = event.toString();
    }
    events.accept(event);
  }

  int number() {
    return number;
  }

  /** Accepted work in its stores. */
  int entries() {
    return (int) (pending.approximateNumEntries() + undecoded.approximateNumEntries());
  }

  /** What its stores held when it was initialised. */
  int restored() {
    return restored;
  }

  /** What it wrote before it had processed a record, if it did. */
  Optional<String> unarmedWrite() {
    return Optional.ofNullable(unarmedWrite);
  }

  Deque<Logged> queue(TopicPartition input) {
    return queues.get(input);
  }

  /** Records that wait in memory. */
  int buffered() {
    return queues.values().stream().mapToInt(Deque::size).sum();
  }

  /**
   * The next record, by the rule of Kafka 4.4.0's {@code PartitionGroup}: that with the least
   * timestamp among the heads. With {@code max.task.idle.ms} at -1 whatever is buffered will do; at
   * 0 every partition without a buffered record must be known to have none on the broker either.
   */
  Optional<TopicPartition> ready(long maxTaskIdleMillis, ModelConsumer consumer) {
    List<TopicPartition> inputs = Kafka.inputs(number);
    boolean waits =
        maxTaskIdleMillis >= 0
            && inputs.stream().anyMatch(one -> queue(one).isEmpty() && consumer.lag(one) > 0);
    if (waits) {
      return Optional.empty();
    }
    return inputs.stream()
        .filter(one -> !queue(one).isEmpty())
        .min((a, b) -> Long.compare(head(a), head(b)));
  }

  private long head(TopicPartition input) {
    return queue(input).element().timestampMillis();
  }

  /** Processes the head of an input. */
  Logged process(TopicPartition input) {
    Logged record = queue(input).remove();
    events.accept(new Transaction.Consumed(number, record));
    processedSinceInit = true;
    commitNeeded = true;
    consumed.add(input);
    context.at(record);
    processor.process(
        new Record<>(record.key(), record.value(), record.timestampMillis(), record.headers()));
    context.at(null);
    return record;
  }

  /** Runs its punctuators. Each asks Kafka Streams for a commit, whatever it did. */
  void punctuate(long nowMillis) {
    commitNeeded |= context.punctuate(nowMillis);
  }

  boolean commitNeeded() {
    return commitNeeded;
  }

  void committed() {
    commitNeeded = false;
  }

  /** Takes fetched records, and where the consumer goes on behind them. */
  void buffer(TopicPartition input, Collection<Logged> records, long position) {
    queue(input).addAll(records);
    next.put(input, position);
  }

  /**
   * Offsets that a commit of this task carries: those of partitions of which it has consumed a
   * record, so none if it has consumed nothing, which is the hole.
   */
  Map<TopicPartition, Long> offsets() {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition input : consumed) {
      Logged head = queue(input).peek();
      offsets.put(input, head == null ? next.get(input) : head.offset());
    }
    return offsets;
  }

  void close() {
    processor.close();
  }
}
