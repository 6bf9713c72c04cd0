package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.it.Answers;
import dev.lacuna.it.ExactlyOnce;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.Topics;
import dev.lacuna.it.WorkerProcess;
import dev.lacuna.testbed.LocalBroker;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * SIGTERM to a worker that owes nothing, since it still waits for its tasks, or whose group waits
 * for somebody else: it stops at once.
 */
class SwiftStopIT {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  /** The worker's own limit is 20 s; a slow machine needs some of these for the JVM alone. */
  private static final Duration SWIFT = Duration.ofSeconds(12);

  @Test
  void shouldStopAtOnceWhenOffsetsHangInATransaction() throws Exception {
    try (Pipeline pipeline = begun("swift-offsets");
        HangingTransaction hanging =
            HangingTransaction.ofOffsets(
                Servers.shared().bootstrapServers(),
                pipeline.applicationId,
                new TopicPartition(pipeline.topics.requests(), 0),
                0)) {
      checkSwiftStop(pipeline);
    }
  }

  @Test
  void shouldStopAtOnceWhenARestoreHangsBehindATransaction() throws Exception {
    try (Pipeline pipeline = begun("swift-restore")) {
      String changelog = pipeline.applicationId + "-pending-changelog";
      try (HangingTransaction hanging =
          HangingTransaction.ofRecord(
              Servers.shared().bootstrapServers(),
              new ProducerRecord<>(
                  changelog, 0, "nobody".getBytes(StandardCharsets.UTF_8), null))) {
        checkSwiftStop(pipeline);
      }
    }
  }

  @Test
  void shouldStopAtOnceWhenTheBrokerIsGone() throws Exception {
    Servers servers = Servers.shared();
    Path folder = Files.createDirectories(servers.folder().resolve("swift-broker"));
    try (Pipeline pipeline = new Pipeline("swift-gone", 1, Servers.tinyModel())) {
      LocalBroker own = LocalBroker.start(folder);
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", own.bootstrapServers()))) {
        admin
            .createTopics(topics(pipeline).map(topic -> new NewTopic(topic, 1, (short) 1)).toList())
            .all()
            .get();
      }
      pipeline.set("bootstrap.servers", own.bootstrapServers());
      WorkerProcess worker = pipeline.worker("alone");
      Pipeline.await("ready", LIMIT, () -> worker.log().contains("ready millis"));
      own.close();
      stopsSwiftly(worker);
    }
  }

  @Test
  void shouldStopAtOnceWhenAMemberThatHangsHoldsUpARebalance() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("held", 8, 24, 20);
    try (Pipeline pipeline = new Pipeline("swift-rebalance", 2, Servers.tinyModel())) {
      pipeline.set("kafka.session.timeout.ms", "40000");
      WorkerProcess owner = pipeline.worker("owner");
      WorkerProcess hanging = pipeline.worker("hanging");
      Pipeline.await("both work", LIMIT, () -> ready(owner) && ready(hanging));
      Pipeline.await("in balance", LIMIT, () -> state(pipeline) == GroupState.STABLE);
      hanging.stop();
      WorkerProcess joining = pipeline.worker("joining");
      Pipeline.await("held up", LIMIT, () -> state(pipeline) == GroupState.PREPARING_REBALANCE);
      pipeline.send(requests);
      stopsSwiftly(joining);
      stopsSwiftly(owner);
      hanging.cont();
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size()))
          .as("%s", hanging.log())
          .isTrue();
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
    }
  }

  private static boolean ready(WorkerProcess worker) {
    return worker.log().contains("ready millis");
  }

  private static GroupState state(Pipeline pipeline) throws Exception {
    return group(pipeline).groupState();
  }

  /** A pipeline whose group and changelogs are there, from an earlier worker. */
  private static Pipeline begun(String name) throws Exception {
    Pipeline pipeline = new Pipeline(name, 1, Servers.tinyModel());
    WorkerProcess first = pipeline.worker("first");
    pipeline.send(List.of(Requests.of("before", 4, 1, "A library for ", 8)));
    assertThat(pipeline.answers().await(LIMIT, a -> a.completions.size() >= 1 || !first.alive()))
        .as("%s", first.log())
        .isTrue();
    assertThat(first.terminate()).as("%s", first.log()).isZero();
    return pipeline;
  }

  private static void checkSwiftStop(Pipeline pipeline) throws Exception {
    WorkerProcess waiting = pipeline.worker("waiting");
    Pipeline.await("started", LIMIT, () -> waiting.log().contains("the worker started"));
    // It has joined the group and waits for what its task needs.
    Pipeline.await("a member", LIMIT, () -> members(pipeline) == 1);
    stopsSwiftly(waiting);
    assertThat(waiting.log()).doesNotContain("ready millis");
    assertThat(members(pipeline)).as("others take over now").isZero();
  }

  private static Stream<String> topics(Pipeline pipeline) {
    Topics topics = pipeline.topics;
    return Stream.of(
        topics.requests(),
        topics.control(),
        topics.completions(),
        topics.timings(),
        topics.deadLetters());
  }

  private static int members(Pipeline pipeline) throws Exception {
    return group(pipeline).members().size();
  }

  private static ConsumerGroupDescription group(Pipeline pipeline) throws Exception {
    String group = pipeline.applicationId;
    return pipeline.admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get();
  }

  private static void stopsSwiftly(WorkerProcess worker) throws Exception {
    long begun = System.nanoTime();
    int status = worker.terminate();
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertThat(took).as("%s", worker.log()).isLessThan(SWIFT);
    assertThat(status).as("%s", worker.log()).isZero();
  }
}
