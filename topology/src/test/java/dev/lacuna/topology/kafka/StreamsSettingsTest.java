package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.topology.fakes.TestParts;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rocksdb.Options;

final class StreamsSettingsTest {

  private static Checked<Map<String, Object>> of(Map<String, ?> more) {
    Map<String, Object> user = new HashMap<>();
    user.put("bootstrap.servers", "broker:9092");
    user.put("application.id", "lacuna");
    user.putAll(more);
    return StreamsSettings.of(user, new TestParts().parts().settings());
  }

  private static StreamsConfig config(Map<String, ?> more) {
    return new StreamsConfig(((Checked.Valid<Map<String, Object>>) of(more)).value());
  }

  private static Refusal refusal(Checked<Map<String, Object>> checked) {
    return ((Checked.Refused<Map<String, Object>>) checked).refusal();
  }

  @Test
  void shouldSetWhatTheGuaranteesRestOn() {
    StreamsConfig config = config(Map.of());
    Map<String, Object> consumer = config.getMainConsumerConfigs("lacuna", "c", 0);
    Map<String, Object> producer = config.getProducerConfigs("p");

    assertThat(config.getString("processing.guarantee")).isEqualTo("exactly_once_v2");
    assertThat(config.getString("group.protocol")).isEqualTo("classic");
    assertThat(config.getLong("max.task.idle.ms")).isEqualTo(-1);
    assertThat(config.getLong("statestore.cache.max.bytes")).isZero();
    assertThat(config.getBoolean("enable.transactional.statestores")).isFalse();
    assertThat(config.getBoolean("ensure.explicit.internal.resource.naming")).isTrue();
    assertThat(config.getInt("buffered.records.per.partition")).isEqualTo(32);
    assertThat(consumer)
        .containsEntry("auto.offset.reset", "none")
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("max.poll.records", 32);
    assertThat(producer.get("transaction.timeout.ms")).hasToString("30000");
    assertThat((int) producer.get("max.request.size"))
        .isEqualTo(TestParts.LIMITS.recordMaxBytes())
        .isGreaterThan(TestParts.LIMITS.completionMaxBytes());
    assertThat(String.valueOf(producer.get("enable.idempotence"))).isEqualTo("true");
    assertThat(producer).containsEntry("acks", "all");
  }

  @Test
  void shouldPassTheUsersOtherSettingsThrough() {
    StreamsConfig config =
        config(
            Map.of(
                "num.standby.replicas",
                1,
                "security.protocol",
                "SSL",
                "consumer.session.timeout.ms",
                6000,
                "producer.transaction.timeout.ms",
                60000));

    assertThat(config.getInt("num.standby.replicas")).isEqualTo(1);
    assertThat(config.getAdminConfigs("a")).containsEntry("security.protocol", "SSL");
    assertThat(config.getMainConsumerConfigs("lacuna", "c", 0))
        .containsEntry("session.timeout.ms", 6000);
    assertThat(config.getProducerConfigs("p")).containsEntry("transaction.timeout.ms", 60000);
  }

  @ParameterizedTest
  @CsvSource({
    "processing.guarantee, at_least_once",
    "group.protocol, streams",
    "main.consumer.group.protocol, consumer",
    "max.task.idle.ms, 0",
    "statestore.cache.max.bytes, 1000",
    "enable.transactional.statestores, true",
    "auto.offset.reset, latest",
    "consumer.auto.offset.reset, earliest",
    "consumer.isolation.level, read_uncommitted",
    "producer.acks, 1",
    "producer.enable.idempotence, false",
    "producer.transactional.id, mine",
    "producer.partitioner.class, mine.Partitioner",
    "processing.exception.handler, mine.Handler",
    "default.deserialization.exception.handler, mine.Handler",
    "default.client.supplier, mine.Supplier",
    "producer.transaction.timeout.ms, 10000",
    "transaction.timeout.ms, 900000",
    "producer.transaction.timeout.ms, soon",
    "producer.max.request.size, 1000",
    "group.id, mine",
    "consumer.group.id, mine",
    "partition.assignment.strategy, mine.Assignor",
    "consumer.allow.auto.create.topics, true",
    "topic.cleanup.policy, delete",
    "topic.segment.bytes, 1000000",
    "topic.max.message.bytes, 1000000"
  })
  void shouldRefuseByNameWhenASettingWouldBreakTheGuarantees(String key, String value) {
    Refusal refusal = refusal(of(Map.of(key, value)));

    assertThat(refusal.field()).isEqualTo(key);
    assertThat(refusal.message()).contains("'" + key + "'");
  }

  /** Values that no default has, for every default; one that is missing here fails the test. */
  private static final Map<String, Object> OTHERS =
      Map.of(
          "commit.interval.ms", 321,
          "rocksdb.config.setter", OtherRocks.class.getName(),
          "buffered.records.per.partition", 33,
          "max.poll.records", 77,
          "transaction.timeout.ms", 45_000,
          "max.request.size", 50_000_000,
          "buffer.memory", 400_000_000L);

  /** Stands for a user's own. */
  public static final class OtherRocks implements RocksDBConfigSetter {
    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {}

    @Override
    public void close(String store, Options options) {}
  }

  @Test
  void shouldLetTheUserWinOverEveryDefaultWithAPrefixAndWithout() {
    for (String key : StreamsSettings.defaults(new TestParts().parts().settings()).keySet()) {
      String bare = key.replaceFirst("^(consumer|producer)\\.", "");
      Object other = OTHERS.get(bare);
      assertThat(other).as("a value for " + key).isNotNull();

      assertThat(effective(bare, config(Map.of(bare, other)))).as(bare).isEqualTo("" + other);
      assertThat(effective(bare, config(Map.of(key, other)))).as(key).isEqualTo("" + other);
      if (key.startsWith("consumer.")) {
        String main = "main." + key;
        assertThat(effective(bare, config(Map.of(main, other)))).as(main).isEqualTo("" + other);
      }
    }
  }

  /** The value that reaches whoever reads it. */
  private static String effective(String key, StreamsConfig config) {
    if (StreamsConfig.configDef().names().contains(key)) {
      return String.valueOf(config.originals().get(key));
    }
    return String.valueOf(
        ProducerConfig.configNames().contains(key)
            ? config.getProducerConfigs("p").get(key)
            : config.getMainConsumerConfigs("lacuna", "c", 0).get(key));
  }

  @ParameterizedTest
  @CsvSource({
    "max.poll.records, abc, max.poll.records",
    "consumer.max.poll.records, 0, max.poll.records",
    "security.protocol, SASL_SSLL, security.protocol",
    "consumer.fetch.min.bytes, x, fetch.min.bytes"
  })
  void shouldRefuseWithKafkasReasonWhenAClientCouldNotBeMade(
      String key, String value, String named) {
    assertThat(refusal(of(Map.of(key, value))).message())
        .startsWith("Kafka's clients refuse their settings: ")
        .contains(named);
  }

  @Test
  void shouldAcceptAFixedValueWhenItIsRepeated() {
    StreamsConfig config =
        config(
            Map.of(
                "processing.guarantee",
                "exactly_once_v2",
                "consumer.isolation.level",
                "read_committed",
                "max.task.idle.ms",
                -1));

    assertThat(config.getLong("max.task.idle.ms")).isEqualTo(-1);
  }

  @Test
  void shouldNameTheSettingWhenOneIsMissing() {
    Refusal refusal =
        refusal(
            StreamsSettings.of(Map.of("application.id", "x"), new TestParts().parts().settings()));

    assertThat(refusal.field()).isEqualTo("bootstrap.servers");
  }
}
