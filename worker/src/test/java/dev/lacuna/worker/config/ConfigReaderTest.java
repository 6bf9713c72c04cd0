package dev.lacuna.worker.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Checked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {

  @Test
  void shouldTakeDefaultsWhenNothingIsSet() {
    Config config = loaded();

    assertThat(config.get(ConfigKeys.ACCEPTED_MAX)).isEqualTo(256);
    assertThat(config.requestTopics()).containsExactly("lacuna.requests");
    assertThat(config.isSet(ConfigKeys.ACCEPTED_MAX)).isFalse();
    assertThat(config.defaultModel()).isEqualTo("demo-model");
  }

  @Test
  void shouldLetLaterSourcesWinWhenSeveralNameAKey() {
    Config config =
        loaded(
            new ConfigSource("file", Map.of("slots", "4", "accepted.max", "10", "threads", "3")),
            ConfigSource.environment(
                Map.of("LACUNA_SLOTS", "5", "LACUNA_ACCEPTED_MAX", "11", "PATH", "/bin")),
            ConfigSource.options(Map.of("slots", "6")));

    assertThat(config.get(ConfigKeys.SLOTS)).isEqualTo(6);
    assertThat(config.get(ConfigKeys.ACCEPTED_MAX)).isEqualTo(11);
    assertThat(config.get(ConfigKeys.THREADS)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "slot, slots",
    "bootstrap.server, bootstrap.servers",
    "acceptedmax, accepted.max",
    "checkpoint.device, checkpoint.device.ms"
  })
  void shouldNameNearestKeyWhenKeyIsUnknown(String unknown, String nearest) {
    assertThat(problems(Map.of(unknown, "1")))
        .singleElement()
        .asString()
        .startsWith("test: unknown key '" + unknown + "'")
        .contains("nearest known key is '" + nearest + "'");
  }

  @Test
  void shouldRefuseUnknownVariableWhenItHasThePrefix() {
    ConfigReading reading =
        ConfigReader.read(List.of(ConfigSource.environment(Map.of("LACUNA_SLOT", "1"))));

    assertThat(((ConfigReading.Invalid) reading).problems())
        .singleElement()
        .asString()
        .startsWith("environment variable LACUNA_SLOT: unknown key 'slot'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "slots; 0; auto, or an integer from 1 to 1024",
        "slots; many; auto, or an integer from 1 to 1024",
        "slots; ''; auto, or an integer from 1 to 1024",
        "fairness.weights; gold=0; a comma-separated list of value=weight",
        "fairness.weights; gold=NaN; a comma-separated list of value=weight",
        "fairness.weights; gold; a comma-separated list of value=weight",
        "fairness.weights; 'a=1,a=2'; a comma-separated list of value=weight",
        "priority.aging.ms; -1; a number of milliseconds from 0 to 31536000000",
        "accepted.max; 99999999999; an integer from 1 to 1000000",
        "drain.interval.ms; -5; a number of milliseconds from 1 to 60000",
        "schemas.auto.register; yes; true or false",
        "bootstrap.servers; localhost; a comma-separated list of host:port",
        "schema.registry.url; localhost:8081; a comma-separated list of http",
        "requests.topics; a topic; a comma-separated list of topic or topic=cap",
        "requests.topics; 'a=1,a=2'; a comma-separated list of topic or topic=cap",
        "requests.topics; a=0; a comma-separated list of topic or topic=cap",
        "requests.topics; a=; a comma-separated list of topic or topic=cap",
        "requests.topics; 'a,'; a comma-separated list of topic or topic=cap",
        "control.topic; a topic; 1 to 249 of the characters",
        "device; gpu; one of auto, cpu, cuda",
        "log.format; xml; one of plain, json",
        "model.dir; 'a=/x,a=/y'; a comma-separated list of folder",
        "model.dir; '=/x'; a comma-separated list of folder"
      })
  void shouldNameKeyValueAndBoundsWhenValueIsImpossible(String key, String value, String bounds) {
    assertThat(problems(Map.of(key, value)))
        .singleElement()
        .asString()
        .startsWith("test: " + key + " = '" + value + "' is impossible: it must be " + bounds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "kafka.max.poll.records; abc; Not a number of type INT",
        "kafka.consumer.max.poll.records; 0; Value must be at least 1",
        "kafka.security.protocol; SASL_SSLL; String must be one of",
        "kafka.admin.security.protocol; TLS; String must be one of",
        "kafka.producer.compression.type; zip; String must be one of",
        "kafka.num.standby.replicas; many; Not a number of type INT"
      })
  void shouldNameKeyValueAndReasonWhenKafkaRefusesAValue(String key, String value, String reason) {
    assertThat(problems(Map.of(key, value)))
        .singleElement()
        .asString()
        .startsWith("test: " + key + " = '" + value + "' is impossible: ")
        .contains(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.max.pol.records, kafka.max.poll.records",
    "kafka.consumer.max.pol.records, kafka.consumer.max.poll.records",
    "kafka.restore.consumer.fetch.mn.bytes, kafka.restore.consumer.fetch.min.bytes",
    "kafka.security.protocoll, kafka.security.protocol",
    "kafka.topic.retention.mss, kafka.topic.retention.ms",
    "kafka.num.standby.replica, kafka.num.standby.replicas"
  })
  void shouldNameTheNearestWhenKafkaHasNoSuchSetting(String key, String nearest) {
    assertThat(problems(Map.of(key, "1")))
        .singleElement()
        .asString()
        .isEqualTo(
            "test: Kafka has no setting '%s'; the nearest that it has is '%s'"
                .formatted(key, nearest));
  }

  @Test
  void shouldOnlyWarnWhenASettingMayBeForAPlugIn() {
    ConfigReading reading =
        ConfigReader.read(
            List.of(
                new ConfigSource(
                    "test", Map.of("kafka.acme.monitoring.endpoint.address", "secret"))));

    assertThat(((ConfigReading.Loaded) reading).warnings())
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .contains("'kafka.acme.monitoring.endpoint.address'")
                    .doesNotContain("secret"));
  }

  @Test
  void shouldPassKafkaSettingsThroughWithoutPrefix() {
    Config config =
        loaded(
            new ConfigSource(
                "file", Map.of("kafka.security.protocol", "SSL", "bootstrap.servers", "a:1, b:2")),
            ConfigSource.environment(Map.of("LACUNA_KAFKA_SASL_MECHANISM", "PLAIN")));

    assertThat(config.kafka())
        .containsEntry("security.protocol", "SSL")
        .containsEntry("sasl.mechanism", "PLAIN")
        .containsEntry("bootstrap.servers", "a:1, b:2")
        .hasSize(3);
  }

  @Test
  void shouldPassRegistrySettingsThroughWhole() {
    Config config =
        loaded(
            new ConfigSource(
                "file",
                Map.of(
                    "schema.registry.basic.auth.user.info", "u:p",
                    "schema.registry.url", "https://r:1")));

    assertThat(config.registry())
        .isEqualTo(
            Map.of(
                "schema.registry.basic.auth.user.info", "u:p",
                "schema.registry.url", "https://r:1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kafka.bootstrap.servers", "kafka.processing.guarantee", "kafka.application.id"})
  void shouldRefuseKafkaSettingWhenTheWorkerOwnsIt(String key) {
    assertThat(problems(Map.of(key, "x")))
        .singleElement()
        .asString()
        .contains("'" + key + "' can't be set");
  }

  @Test
  void shouldListEveryProblemWhenThereAreSeveral() {
    assertThat(problems(Map.of("slots", "0", "nothing", "1"))).hasSize(2);
  }

  @Test
  void shouldRefuseMoreInsyncReplicasThanReplicas() {
    assertThat(
            problems(Map.of("topics.replication.factor", "1", "topics.min.insync.replicas", "2")))
        .singleElement()
        .asString()
        .contains("topics.min.insync.replicas = 2", "topics.replication.factor, which is 1");
  }

  @Test
  void shouldWarnWhenThereIsOneReplica() {
    ConfigReading reading =
        ConfigReader.read(
            List.of(
                ConfigSource.options(
                    Map.of("topics.replication.factor", "1", "topics.min.insync.replicas", "1"))));

    assertThat(((ConfigReading.Loaded) reading).warnings())
        .singleElement()
        .asString()
        .contains("topics.replication.factor = 1");
  }

  @Test
  void shouldWarnWhenWeightsAreOfNoLabel() {
    ConfigReading reading =
        ConfigReader.read(List.of(ConfigSource.options(Map.of("fairness.weights", "gold=4"))));

    assertThat(((ConfigReading.Loaded) reading).warnings())
        .singleElement()
        .asString()
        .contains("fairness.weights has no effect", "fairness.label");
  }

  @Test
  void shouldRefuseOneTopicInTwoRoles() {
    assertThat(problems(Map.of("control.topic", "lacuna.requests")))
        .singleElement()
        .asString()
        .contains("control.topic = 'lacuna.requests'", "requests.topics");
    assertThat(problems(Map.of("requests.topics", "a,b", "timings.topic", "b")))
        .singleElement()
        .asString()
        .contains("timings.topic = 'b'", "requests.topics");
  }

  @Test
  void shouldReadRequestTopicsWithAndWithoutCaps() {
    Config config = loaded(new ConfigSource("file", Map.of("requests.topics", "bulk, express=64")));

    assertThat(config.get(ConfigKeys.REQUESTS_TOPICS))
        .containsExactly(
            new TopicCap("bulk", OptionalInt.empty()), new TopicCap("express", OptionalInt.of(64)));
    assertThat(config.topics())
        .containsExactly(
            "bulk",
            "express",
            "lacuna.control",
            "lacuna.completions",
            "lacuna.timings",
            "lacuna.dead-letters");
  }

  @Test
  void shouldNameTheNewKeyWhenTheOldOneOfTheRequestTopicIsSet() {
    assertThat(problems(Map.of("requests.topic", "r")))
        .singleElement()
        .asString()
        .contains("'requests.topic'", "'requests.topics'");
  }

  @Test
  void shouldRefuseDefaultModelWhenItIsNotServed() {
    assertThat(problems(Map.of("model.dir", "a=/x,/models/b", "model.default", "c")))
        .singleElement()
        .asString()
        .contains("model.default = 'c'", "a, b");
  }

  @Test
  void shouldReadPropertiesFileAsUtf8(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("worker.properties");
    Files.writeString(file, "# comment\ncheckpoint.device.ms = 500\nmodel.dir=/tmp/modèle\n");

    Checked<ConfigSource> source = ConfigSource.file(file);

    Config config = loaded(((Checked.Valid<ConfigSource>) source).value());
    assertThat(config.get(ConfigKeys.CHECKPOINT_DEVICE)).isEqualTo(Duration.ofMillis(500));
    assertThat(config.get(ConfigKeys.MODEL_DIR)).containsOnlyKeys("modèle");
  }

  @Test
  void shouldRefuseFileWhenItIsMissing(@TempDir Path folder) {
    assertThat(ConfigSource.file(folder.resolve("none"))).isInstanceOf(Checked.Refused.class);
  }

  private static Config loaded(ConfigSource... sources) {
    ConfigReading reading = ConfigReader.read(List.of(sources));
    assertThat(reading).isInstanceOf(ConfigReading.Loaded.class);
    return ((ConfigReading.Loaded) reading).config();
  }

  private static List<String> problems(Map<String, String> entries) {
    ConfigReading reading = ConfigReader.read(List.of(new ConfigSource("test", entries)));
    assertThat(reading).isInstanceOf(ConfigReading.Invalid.class);
    return ((ConfigReading.Invalid) reading).problems();
  }
}
