package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.it.Answers;
import dev.lacuna.it.ExactlyOnce;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.WorkerProcess;
import dev.lacuna.wire.GenerationRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three brokers: one is killed, replicas are missing, leaders move. Nothing is lost or doubled. */
class BrokerClusterIT {
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static BrokerCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = BrokerCluster.start(Servers.shared().folder().resolve("cluster"));
  }

  /** What an earlier test has left dead. */
  @BeforeEach
  void allRun() throws Exception {
    cluster.restartDead();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void shouldAnswerOnceWhenABrokerIsKilledAndReplicasAreMissingAndLeadersMove() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("c", 60, 20, 10);
    try (Pipeline pipeline =
        new Pipeline("cluster", 3, Servers.tinyModel(), cluster.bootstrapServers(), 3)) {
      WorkerProcess worker = pipeline.worker("a");
      pipeline.send(requests.subList(0, 40));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 3)).as(worker.log()).isTrue();
      int killed = leader(pipeline).id();
      cluster.kill(killed);
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 40)).as(worker.log()).isTrue();
      assertThat(leader(pipeline).id()).isNotEqualTo(killed);

      setMinInSync(pipeline, 3); // two are there: answers must wait, and the worker with them
      pipeline.send(requests.subList(40, 50));
      answers.linger(Duration.ofSeconds(5));
      assertThat(answers.completions).hasSize(40);
      assertThat(worker.alive()).as(worker.log()).isTrue();
      cluster.restart(killed);
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 50)).as(worker.log()).isTrue();
      setMinInSync(pipeline, 2);

      moveLeadersBack(pipeline);
      pipeline.send(requests.subList(50, 60));
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 60)).as(worker.log()).isTrue();
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(answers.deadLetters).isEmpty();
      assertThat(worker.log()).doesNotContain("the worker stops");
      assertThat(worker.terminate()).as(worker.log()).isZero();
    }
  }

  @Test
  void shouldAnswerWhatIsNewWhenBrokersLostTheEndOfALogThatWasRead() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("l", 15, 8, 4);
    try (Pipeline pipeline =
        new Pipeline("unclean", 1, Servers.tinyModel(), cluster.bootstrapServers(), 3)) {
      String topic = pipeline.topics.requests();
      RecreatedTopic.remake(
          pipeline.admin,
          new NewTopic(topic, Map.of(0, List.of(0, 1)))
              .configs(
                  Map.of("min.insync.replicas", "1", "unclean.leader.election.enable", "true")));
      WorkerProcess worker = pipeline.worker("a");
      GrowingTopics.send(pipeline, requests.subList(0, 6), 1);
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 6)).as(worker.log()).isTrue();
      cluster.kill(1);
      Pipeline.await("one replica is in sync", LIMIT, () -> inSync(pipeline) == 1);
      GrowingTopics.send(pipeline, requests.subList(6, 10), 1);
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 10)).as(worker.log()).isTrue();

      cluster.kill(0); // with the four that broker 1 never had
      cluster.restart(1);
      Pipeline.await("broker 1 leads", LIMIT, () -> leader(pipeline).id() == 1);
      GrowingTopics.send(pipeline, requests.subList(10, 15), 1);
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 15)).as(worker.log()).isTrue();
      cluster.restart(0);
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(worker.log())
          .contains("brokers lost the end of a log that was read")
          .doesNotContain("the worker stops");
    }
  }

  @Test
  void shouldNameThePartitionsWhenTheyHaveNoLeaderAtTheStart() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("n", 6, 8, 4);
    try (Pipeline pipeline =
        new Pipeline("leaderless", 1, Servers.tinyModel(), cluster.bootstrapServers(), 1)) {
      int only = leader(pipeline).id();
      cluster.kill(only);
      Pipeline.await("no leader", LIMIT, () -> leader(pipeline) == null);
      WorkerProcess refused = pipeline.worker("a");
      Pipeline.await("worker ends", LIMIT, () -> !refused.alive());
      assertThat(refused.log())
          .contains("Partitions have no leader")
          .contains(pipeline.topics.requests() + "-0 (brokers " + only + ")")
          .doesNotContain("\tat ");

      cluster.restart(only);
      pipeline.send(requests);
      WorkerProcess worker = pipeline.worker("a");
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 6)).as(worker.log()).isTrue();
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
    }
  }

  @Test
  void shouldAnswerOnceWhenAWorkerReadsFromTheReplicaInItsRackAndThatIsKilled() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("r", 40, 16, 8);
    try (Pipeline pipeline =
        new Pipeline("racks", 1, Servers.tinyModel(), cluster.bootstrapServers(), 3)) {
      int follower = (leader(pipeline).id() + 1) % 3;
      pipeline.set("kafka.client.rack", "rack-" + follower);
      WorkerProcess worker = pipeline.worker("a");
      pipeline.send(requests.subList(0, 10));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 10)).as(worker.log()).isTrue();
      assertThat(preferredReplica(pipeline, "rack-" + follower)).isEqualTo(follower);

      pipeline.send(requests.subList(10, 25));
      cluster.kill(follower);
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 25)).as(worker.log()).isTrue();
      cluster.restart(follower);
      Pipeline.await("all replicas are in sync", LIMIT, () -> inSync(pipeline) == 3);
      pipeline.send(requests.subList(25, 40));
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 40)).as(worker.log()).isTrue();
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(answers.deadLetters).isEmpty();
      assertThat(worker.log()).doesNotContain("the worker stops");
      assertThat(worker.terminate()).as(worker.log()).isZero();
    }
  }

  /** The broker from which a reader of a rack reads the requests; -1 if from the leader. */
  private static int preferredReplica(Pipeline pipeline, String rack) {
    TopicPartition partition = new TopicPartition(pipeline.topics.requests(), 0);
    try (KafkaConsumer<byte[], byte[]> reader =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", pipeline.bootstrapServers(), "client.rack", rack),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      reader.assign(Set.of(partition));
      reader.seekToBeginning(Set.of(partition));
      long end = System.nanoTime() + LIMIT.toNanos();
      while (reader.poll(Duration.ofMillis(100)).isEmpty()) {
        assertThat(System.nanoTime()).as("nothing read").isLessThan(end);
      }
      return reader.metrics().entrySet().stream()
          .filter(one -> one.getKey().name().equals("preferred-read-replica"))
          .map(one -> ((Number) one.getValue().metricValue()).intValue())
          .findFirst()
          .orElseThrow();
    }
  }

  private static int inSync(Pipeline pipeline) throws Exception {
    return first(pipeline).isr().size();
  }

  private static Node leader(Pipeline pipeline) throws Exception {
    return first(pipeline).leader();
  }

  private static TopicPartitionInfo first(Pipeline pipeline) throws Exception {
    String topic = pipeline.topics.requests();
    return pipeline
        .admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .get(topic)
        .partitions()
        .get(0);
  }

  private static void setMinInSync(Pipeline pipeline, int replicas) throws Exception {
    pipeline
        .admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, pipeline.topics.completions()),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry("min.insync.replicas", Integer.toString(replicas)),
                        AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  /** The first replica of each partition leads it again, once it is in sync. */
  private static void moveLeadersBack(Pipeline pipeline) throws Exception {
    Set<TopicPartition> all =
        Set.of(
            new TopicPartition(pipeline.topics.requests(), 0),
            new TopicPartition(pipeline.topics.requests(), 1),
            new TopicPartition(pipeline.topics.requests(), 2),
            new TopicPartition(pipeline.topics.control(), 0));
    pipeline.admin.electLeaders(ElectionType.PREFERRED, all).partitions().get();
  }
}
