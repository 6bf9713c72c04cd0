package dev.lacuna.chaos;

import dev.lacuna.chaos.Cluster.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;

/**
 * Ends hanging transactions, as {@code kafka-transactions.sh find-hanging} and {@code abort} do: a
 * partition holds a transaction open that the coordinator knows to be over.
 *
 * <p>They are the broker's own, last seen on Kafka 4.4.0, after a {@code kill -9} of the only
 * broker: a transaction that is aborted while partitions have no leader yet gets no markers there,
 * since {@code KRaftMetadataCache.getPartitionLeaderEndpoint} is empty for them and {@code
 * TransactionMarkerChannelManager} takes them for deleted. Readers, restores among them, then wait
 * for ever.
 *
 * <p>Threading: owns one thread; any thread may read the count.
 */
final class Operator implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Admin admin;
  private final Topics topics;
  private final String applicationId;
  private final AtomicInteger ended = new AtomicInteger();
  private final Thread thread = new Thread(this::run, "chaos-operator");
  private volatile boolean closing;

  /** Looks until it is closed. */
  Operator(Cluster cluster, Topics topics, String applicationId) {
    this.admin = cluster.admin();
    this.topics = topics;
    this.applicationId = applicationId;
    thread.setDaemon(true);
    thread.start();
  }

  /** A transaction that a partition holds open. */
  private record Open(TopicPartition partition, long producerId, int epoch, long startOffset) {}

  /** Partitions in which a hanging transaction was ended. */
  int ended() {
    return ended.get();
  }

  private void run() {
    Set<Open> over = Set.of();
    while (!closing) {
      try {
        over = look(over);
      } catch (ExecutionException brokerAway) {
        over = Set.of();
      } catch (InterruptedException end) {
        return;
      }
      Pause.of(LOOK);
    }
  }

  /**
   * Ends what was open in a partition after the coordinator had said that it is over.
   *
   * @param over what the last look found so
   * @return what this one found so
   */
  private Set<Open> look(Set<Open> over) throws ExecutionException, InterruptedException {
    Set<Open> found = new HashSet<>();
    Map<Open, ProducerState> held = held();
    Set<Long> known = known(); // after the partitions: what is over now was perhaps not then
    for (Map.Entry<Open, ProducerState> one : held.entrySet()) {
      if (known.contains(one.getKey().producerId())) {
        continue;
      }
      found.add(one.getKey());
      if (over.contains(one.getKey())) {
        abort(one.getKey(), one.getValue());
      }
    }
    return found;
  }

  private void abort(Open open, ProducerState state)
      throws ExecutionException, InterruptedException {
    AbortTransactionSpec spec =
        new AbortTransactionSpec(
            open.partition(),
            open.producerId(),
            (short) open.epoch(),
            state.coordinatorEpoch().orElse(0));
    admin.abortTransaction(spec).all().get();
    ended.incrementAndGet();
    System.out.println("ended a hanging transaction of the broker's: " + open);
  }

  private Map<Open, ProducerState> held() throws ExecutionException, InterruptedException {
    return admin.describeProducers(partitions()).all().get().entrySet().stream()
        .flatMap(
            partition ->
                partition.getValue().activeProducers().stream()
                    .filter(state -> state.currentTransactionStartOffset().isPresent())
                    .map(state -> Map.entry(open(partition.getKey(), state), state)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Open open(TopicPartition partition, ProducerState state) {
    return new Open(
        partition,
        state.producerId(),
        state.producerEpoch(),
        state.currentTransactionStartOffset().orElseThrow());
  }

  /** Producers whose transaction the coordinator still has to end. */
  private Set<Long> known() throws ExecutionException, InterruptedException {
    return admin.listTransactions().all().get().stream()
        .filter(one -> !over(one.state()))
        .map(TransactionListing::producerId)
        .collect(Collectors.toSet());
  }

  /** Whether the coordinator is through with a transaction in this state. */
  static boolean over(TransactionState state) {
    return state == TransactionState.EMPTY
        || state == TransactionState.COMPLETE_COMMIT
        || state == TransactionState.COMPLETE_ABORT;
  }

  private List<TopicPartition> partitions() throws ExecutionException, InterruptedException {
    List<String> names = new ArrayList<>(topics.all());
    admin.listTopics().names().get().stream()
        .filter(topic -> topic.startsWith(applicationId + "-"))
        .forEach(names::add);
    names.add("__consumer_offsets");
    List<TopicPartition> partitions = new ArrayList<>();
    admin
        .describeTopics(names)
        .allTopicNames()
        .get()
        .forEach(
            (topic, description) ->
                description
                    .partitions()
                    .forEach(one -> partitions.add(new TopicPartition(topic, one.partition()))));
    return partitions;
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.interrupt();
    thread.join();
  }
}
