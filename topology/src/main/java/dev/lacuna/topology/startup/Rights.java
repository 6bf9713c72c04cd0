package dev.lacuna.topology.startup;

import dev.lacuna.topology.kafka.Right;
import dev.lacuna.topology.process.StartupException;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.topology.process.TopologySettings.Topics;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every right that a worker will need, asked for before it starts: one that is missing shows itself
 * late otherwise. Without WRITE on the control topic a worker answers, and after a crash waits for
 * ever for the ticks that wake its successor.
 *
 * <p>What a principal may do with a topic that exists the brokers tell. The rest is found by trying
 * what changes nothing: the creation of a changelog that is only validated, and the commit of an
 * offset for a partition that no topic has, which needs READ on the group and on the topic and then
 * is refused. Only the right to write under a transactional id can't be told without using it: one
 * id of the application's own is registered, which no transaction ever runs under.
 */
public final class Rights {
  /** No topic has it, so that no offset can be committed for it. */
  private static final int NO_PARTITION = Integer.MAX_VALUE;

  private static final Logger log = LoggerFactory.getLogger(Rights.class);

  private final Admin admin;
  private final String applicationId;
  private final Topics topics;
  private final List<String> written;
  private final Map<String, ?> client;
  private final int replicas;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * What was found of one thing.
   *
   * @param right all that the worker needs to do with it
   * @param missing what it may not do, with the cure
   */
  public record Finding(Right right, Optional<String> missing) {}

  /**
   * Looks with this client, which stays the caller's.
   *
   * @param client settings of Kafka's clients, for whom they are and where the brokers are
   * @param replicas of topics that Kafka Streams makes
   */
  public Rights(
      Admin admin,
      String applicationId,
      TopologySettings settings,
      Map<String, ?> client,
      int replicas) {
    this.admin = admin;
    this.applicationId = applicationId;
    this.topics = settings.topics();
    this.written = settings.written();
    this.client = client;
    this.replicas = replicas;
  }

  /**
   * Looks at everything; waits for the cluster.
   *
   * @throws StartupException if the cluster does not answer
   */
  public List<Finding> findings() {
    Map<String, Right> needed = needed();
    Map<String, KafkaFuture<TopicDescription>> described =
        admin
            .describeTopics(
                needed.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    AlterConsumerGroupOffsetsResult reads = tryToRead();
    String id = applicationId + "-rights";
    KafkaFuture<Void> fenced = admin.fenceProducers(List.of(id)).fencedProducers().get(id);
    List<String> notYetMade = new ArrayList<>();
    needed.forEach((topic, right) -> checkTopic(right, described.get(topic), notYetMade));
    checkToBeMade(notYetMade, reads);
    checkGroup(reads);
    checkTransactions(fenced);
    return List.copyOf(findings);
  }

  /** What the worker does with each topic, by name. */
  private Map<String, Right> needed() {
    AclOperation configs = AclOperation.DESCRIBE_CONFIGS;
    Map<String, Right> needed = new LinkedHashMap<>();
    topics
        .requestNames()
        .forEach(
            topic ->
                needed.put(
                    topic,
                    written.contains(topic)
                        ? Right.onTopic(topic, AclOperation.READ, AclOperation.WRITE, configs)
                        : Right.onTopic(topic, AclOperation.READ, configs)));
    for (String topic : Stream.concat(Stream.of(topics.control()), changelogs()).toList()) {
      needed.put(topic, Right.onTopic(topic, AclOperation.READ, AclOperation.WRITE, configs));
    }
    for (String topic : List.of(topics.completions(), topics.timings(), topics.deadLetters())) {
      needed.put(topic, Right.onTopic(topic, AclOperation.WRITE, configs));
    }
    return needed;
  }

  private Stream<String> changelogs() {
    return TaskStores.NAMES.stream().map(store -> applicationId + "-" + store + "-changelog");
  }

  private void checkTopic(
      Right right, KafkaFuture<TopicDescription> answer, List<String> notYetMade) {
    boolean ours = changelogs().anyMatch(right.name()::equals);
    try {
      Set<AclOperation> may = StartupChecks.get(answer).authorizedOperations();
      add(right, may == null ? Set.of() : without(right.operations(), may));
    } catch (StartupException failed) {
      if (failed.getCause() instanceof TopicAuthorizationException) {
        // Nothing may be known of it, not even whether it exists.
        Right whole = ours ? with(right, AclOperation.CREATE) : right;
        add(whole, whole.operations());
      } else if (!(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw failed;
      } else if (ours) {
        notYetMade.add(right.name());
      }
    }
  }

  /** Changelogs that Kafka Streams will make; of what is not there the brokers tell no rights. */
  private void checkToBeMade(List<String> changelogs, AlterConsumerGroupOffsetsResult reads) {
    if (changelogs.isEmpty()) {
      return;
    }
    Map<String, KafkaFuture<Void>> created =
        admin
            .createTopics(
                changelogs.stream().map(topic -> new NewTopic(topic, 1, (short) replicas)).toList(),
                new CreateTopicsOptions().validateOnly(true))
            .values();
    for (String topic : changelogs) {
      Set<AclOperation> missing = EnumSet.noneOf(AclOperation.class);
      if (Right.isDenial(failure(created.get(topic)))) {
        missing.add(AclOperation.CREATE);
      }
      if (failure(readOf(reads, topic)) instanceof TopicAuthorizationException) {
        missing.add(AclOperation.READ);
      }
      if (!missing.isEmpty()) {
        // A right that can't be asked for yet is most likely missing as well.
        missing.add(AclOperation.WRITE);
        missing.add(AclOperation.DESCRIBE_CONFIGS);
      }
      add(
          Right.onTopic(
              topic,
              AclOperation.CREATE,
              AclOperation.READ,
              AclOperation.WRITE,
              AclOperation.DESCRIBE_CONFIGS),
          missing);
    }
  }

  private AlterConsumerGroupOffsetsResult tryToRead() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    Stream.concat(Stream.of(topics.control()), changelogs())
        .forEach(
            topic ->
                offsets.put(new TopicPartition(topic, NO_PARTITION), new OffsetAndMetadata(0)));
    return admin.alterConsumerGroupOffsets(applicationId, offsets);
  }

  private static KafkaFuture<Void> readOf(AlterConsumerGroupOffsetsResult reads, String topic) {
    return reads.partitionResult(new TopicPartition(topic, NO_PARTITION));
  }

  private void checkGroup(AlterConsumerGroupOffsetsResult reads) {
    Right right = new Right(Set.of(AclOperation.READ), ResourceType.GROUP, applicationId, false);
    boolean denied =
        failure(readOf(reads, topics.control())) instanceof GroupAuthorizationException;
    add(right, denied ? right.operations() : Set.of());
  }

  private void checkTransactions(KafkaFuture<Void> fenced) {
    Right right =
        new Right(
            Set.of(AclOperation.WRITE), ResourceType.TRANSACTIONAL_ID, applicationId + "-", true);
    Throwable failure = failure(fenced);
    if (failure != null && !Right.isDenial(failure)) {
      log.warn(
          "the right to use transactions could not be looked at reason={}", failure.toString());
    }
    add(right, Right.isDenial(failure) ? right.operations() : Set.of());
  }

  private void add(Right right, Set<AclOperation> missing) {
    findings.add(
        new Finding(
            right,
            missing.isEmpty()
                ? Optional.empty()
                : Optional.of(right.only(missing).missing(client))));
  }

  private static Right with(Right right, AclOperation more) {
    Set<AclOperation> operations = EnumSet.copyOf(right.operations());
    operations.add(more);
    return right.only(operations);
  }

  private static Set<AclOperation> without(Set<AclOperation> needed, Set<AclOperation> may) {
    Set<AclOperation> missing = EnumSet.copyOf(needed);
    missing.removeAll(may);
    return missing;
  }

  /** What the cluster refused with; null if it did not. */
  private static Throwable failure(KafkaFuture<?> future) {
    try {
      StartupChecks.get(future);
      return null;
    } catch (StartupException failed) {
      return failed.getCause();
    }
  }
}
