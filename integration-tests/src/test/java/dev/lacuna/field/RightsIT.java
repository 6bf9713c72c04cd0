package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.Topics;
import dev.lacuna.it.WorkerProcess;
import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.topology.startup.ClusterChecks;
import dev.lacuna.worker.WorkerSettings;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigReader;
import dev.lacuna.worker.config.ConfigReading;
import dev.lacuna.worker.config.ConfigSource;
import dev.lacuna.worker.kafka.ClientSettings;
import dev.lacuna.worker.kafka.RequestSender;
import dev.lacuna.worker.kafka.ResultReader;
import dev.lacuna.worker.kafka.TopicCreator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that lacks a right does not start, and says which, on what, and how it is granted. */
class RightsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir static Path folder;
  private static SecuredBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = SecuredBroker.start(folder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private static Map<String, String> settings(Topics topics, String application) throws Exception {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("bootstrap.servers", broker.sasl.bootstrapServers());
    settings.put("schema.registry.url", Servers.shared().registryUrl());
    settings.put("schemas.auto.register", "true");
    settings.put("application.id", application);
    settings.put("requests.topics", topics.requests());
    settings.put("control.topic", topics.control());
    settings.put("completions.topic", topics.completions());
    settings.put("timings.topic", topics.timings());
    settings.put("dead.letters.topic", topics.deadLetters());
    settings.put("topics.replication.factor", "1");
    settings.put("topics.partitions", "1");
    settings.put("model.dir", Servers.tinyModel().toString());
    settings.put("state.dir", folder.resolve(application).toString());
    SecuredBroker.asUser("secret").forEach((key, value) -> settings.put("kafka." + key, value));
    return settings;
  }

  private static Config config(Map<String, String> settings) {
    return ((ConfigReading.Loaded) ConfigReader.read(List.of(new ConfigSource("test", settings))))
        .config();
  }

  private static List<String> problems(Config config) {
    return new ClusterChecks(WorkerSettings.topology(config), WorkerSettings.streams(config))
        .look().stream().flatMap(line -> line.problem().stream()).toList();
  }

  /** Rights reach a broker's authorizer a moment after they are granted. */
  private static void awaitSound(Config config) throws Exception {
    Pipeline.await("all rights are there", LIMIT, () -> problems(config).isEmpty());
  }

  @Test
  void shouldFindEachRightThatIsTakenAway() throws Exception {
    Topics topics = Topics.of("each");
    broker.createTopics(topics);
    Map<String, AclBinding> rights = SecuredBroker.workerRights(topics, "each-app");
    broker.grant(rights.values());
    Config config = config(settings(topics, "each-app"));
    awaitSound(config);
    for (Map.Entry<String, AclBinding> right : rights.entrySet()) {
      if (right.getKey().equals("WRITE changelogs")
          || right.getKey().equals("DESCRIBE_CONFIGS changelogs")) {
        continue; // nobody can ask for these before the changelogs exist: see below
      }
      broker.revoke(right.getValue());
      Pipeline.await(
          "missed: " + right.getKey(), LIMIT, () -> names(problems(config), right.getValue()));
      broker.grant(List.of(right.getValue()));
      awaitSound(config);
    }
  }

  @Test
  void shouldFindMissingRightsOfChangelogsThatExist() throws Exception {
    Topics topics = Topics.of("logs");
    broker.createTopics(topics);
    Map<String, AclBinding> rights = SecuredBroker.workerRights(topics, "logs-app");
    broker.grant(rights.values());
    Config config = config(settings(topics, "logs-app"));
    awaitSound(config);
    broker
        .admin
        .createTopics(
            List.of(
                new NewTopic("logs-app-pending-changelog", 1, (short) 1)
                    .configs(Map.of("cleanup.policy", "compact", "max.message.bytes", "10000000"))))
        .all()
        .get();
    awaitSound(config);
    for (String right : List.of("WRITE changelogs", "DESCRIBE_CONFIGS changelogs")) {
      broker.revoke(rights.get(right));
      String operation = rights.get(right).entry().operation().name();
      Pipeline.await(
          "missed: " + right,
          LIMIT,
          () ->
              problems(config).stream()
                  .anyMatch(
                      problem ->
                          problem.contains(
                              "may not " + operation + " topic 'logs-app-pending-changelog'")));
      broker.grant(List.of(rights.get(right)));
      awaitSound(config);
    }
  }

  private static boolean names(List<String> problems, AclBinding right) {
    String operation = right.entry().operation().name();
    return problems.stream()
        .anyMatch(
            problem ->
                problem.startsWith("User:worker may not ")
                    && problem.contains(operation)
                    && problem.contains("'" + right.pattern().name())
                    && problem.contains("kafka-acls.sh --bootstrap-server "));
  }

  @Test
  void shouldStartOnceTheCommandOfTheMessageWasRun() throws Exception {
    Topics topics = Topics.of("grant");
    broker.createTopics(topics);
    Map<String, AclBinding> rights = SecuredBroker.workerRights(topics, "grant-app");
    AclBinding control = rights.get("WRITE " + topics.control());
    broker.grant(rights.values());
    Config config = config(settings(topics, "grant-app"));
    awaitSound(config);
    broker.revoke(control);
    Pipeline.await("revoked", LIMIT, () -> !problems(config).isEmpty());
    Path file =
        Files.writeString(folder.resolve("grant.properties"), text(settings(topics, "grant-app")));
    try (WorkerProcess refused = WorkerProcess.start(file, folder.resolve("refused.log"))) {
      assertThat(refused.awaitEnd(LIMIT)).isEqualTo(1);
      assertThat(refused.log())
          .contains("User:worker may not WRITE topic 'grant.control'")
          .contains("--operation Write --topic \"grant.control\"")
          .doesNotContain("ready millis")
          .doesNotContain("\tat ");
    }
    broker.grant(List.of(control));
    awaitSound(config);
    try (WorkerProcess worker = WorkerProcess.start(file, folder.resolve("granted.log"))) {
      Pipeline.await("ready", LIMIT, () -> worker.log().contains("ready millis"));
      assertThat(worker.terminate()).isZero();
    }
  }

  @Test
  void shouldSayThatTicksAreDeniedAndGoOnOnceTheyAreGranted() throws Exception {
    Topics topics = Topics.of("ticks");
    broker.createTopics(topics);
    Map<String, AclBinding> rights = SecuredBroker.workerRights(topics, "ticks-app");
    AclBinding control = rights.get("WRITE " + topics.control());
    broker.grant(rights.values());
    broker.grant(
        List.of(
            SecuredBroker.allow(
                ResourceType.TOPIC, topics.requests(), PatternType.LITERAL, AclOperation.WRITE)));
    Map<String, String> settings = settings(topics, "ticks-app");
    settings.put("kafka.session.timeout.ms", "6000");
    Config config = config(settings);
    awaitSound(config);
    try (WorkerProcess owner = member(settings, "owner")) {
      Pipeline.await("owner ready", LIMIT, () -> owner.log().contains("ready millis"));
      try (WorkerProcess heir = member(settings, "heir")) {
        Pipeline.await("heir ready", LIMIT, () -> heir.log().contains("ready millis"));
        broker.revoke(control);
        Pipeline.await("revoked", LIMIT, () -> !problems(config).isEmpty());
        owner.kill();
        try (RegistryWireClient wire = RegistryWireClient.open(config.registry(), true);
            RequestSender sender = new RequestSender(config, wire)) {
          wire.warmUp(ClientSettings.wireTopics(config));
          sender.send(Requests.mixed("t", 1, 4, 2).get(0));
          sender.flush();
          Pipeline.await(
              "said",
              LIMIT,
              () -> heir.log().contains("may no longer write ticks") && heir.alive());
          assertThat(committedCompletions(topics)).isZero();
          broker.grant(List.of(control));
          Pipeline.await("answered", LIMIT, () -> committedCompletions(topics) > 0);
        }
        assertThat(heir.terminate()).as(heir.log()).isZero();
      }
    }
  }

  /** Offsets of the completions that a reader may come to. */
  private static long committedCompletions(Topics topics) throws Exception {
    TopicPartition partition = new TopicPartition(topics.completions(), 0);
    return broker
        .admin
        .listOffsets(
            Map.of(partition, OffsetSpec.latest()),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .partitionResult(partition)
        .get()
        .offset();
  }

  private WorkerProcess member(Map<String, String> settings, String name) throws Exception {
    Map<String, String> own = new HashMap<>(settings);
    own.put("state.dir", folder.resolve(name).toString());
    Path file = Files.writeString(folder.resolve(name + ".properties"), text(own));
    return WorkerProcess.start(file, folder.resolve(name + ".log"));
  }

  private static String text(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void shouldNameTopicAndOperationWhenACommandIsDenied() throws Exception {
    Topics topics = Topics.of("denied");
    Config config = config(settings(topics, "denied-app"));
    try (Admin admin = Admin.create(ClientSettings.admin(config))) {
      assertThatThrownBy(() -> TopicCreator.create(admin, config))
          .hasMessageContaining("User:worker may not CREATE topic 'denied.requests'")
          .hasMessageContaining("--operation Create --topic \"denied.requests\"");
    }
    broker.createTopics(topics);
    try (RegistryWireClient wire = RegistryWireClient.open(config.registry(), true)) {
      wire.warmUp(ClientSettings.wireTopics(config));
      try (RequestSender sender = new RequestSender(config, wire)) {
        assertThatThrownBy(
                () -> {
                  sender.send(Requests.mixed("d", 1, 1, 1).get(0));
                  sender.flush();
                })
            .hasMessageContaining("User:worker may not WRITE topic 'denied.requests'");
      }
      // Known, and still not to be written to: the broker itself names no topic then.
      broker.grant(
          List.of(
              SecuredBroker.allow(
                  ResourceType.TOPIC,
                  topics.control(),
                  PatternType.LITERAL,
                  AclOperation.DESCRIBE)));
      try (RequestSender sender = new RequestSender(config, wire)) {
        assertThatThrownBy(
                () -> {
                  sender.cancel("d0");
                  sender.flush();
                })
            .hasMessageContaining("User:worker may not WRITE topic 'denied.control'");
      }
      assertThatThrownBy(
              () -> new ResultReader(config, wire, false, ResultReader.From.BEGINNING).close())
          .hasMessageContaining("User:worker may not READ topic 'denied.completions'");
    }
  }

  @Test
  void shouldTellEveryThingInALineWhenAllIsWell() throws Exception {
    Topics topics = Topics.of("lines");
    broker.createTopics(topics);
    broker.grant(SecuredBroker.workerRights(topics, "lines-app").values());
    Config config = config(settings(topics, "lines-app"));
    awaitSound(config);
    List<ClusterChecks.Line> lines =
        new ClusterChecks(WorkerSettings.topology(config), WorkerSettings.streams(config)).look();
    assertThat(lines)
        .extracting(ClusterChecks.Line::subject)
        .contains(
            "right to READ, WRITE, DESCRIBE_CONFIGS topic 'lines.control'",
            "right to READ group 'lines-app'",
            "right to WRITE transactional ids that begin with 'lines-app-'",
            "settings of topic 'lines.control'");
  }
}
