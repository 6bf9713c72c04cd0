package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaValuesTest {

  @ParameterizedTest
  @CsvSource({
    "max.poll.records, abc, Not a number",
    "consumer.max.poll.records, 0, at least 1",
    "security.protocol, SASL_SSLL, SASL_SSL",
    "producer.compression.type, zip, lz4",
    "main.consumer.fetch.min.bytes, -5, at least",
    "admin.request.timeout.ms, soon, Not a number",
    "num.standby.replicas, x, Not a number",
    "producer.linger.ms, soon, Not a number"
  })
  void shouldSayWhatKafkaSaysOfAValueThatNoClientTakes(String name, String value, String why) {
    assertThat(KafkaValues.fault(name, value)).hasValueSatisfying(w -> assertThat(w).contains(why));
  }

  @ParameterizedTest
  @CsvSource({
    "max.poll.records, 7",
    "security.protocol, SASL_SSL",
    "sasl.jaas.config, anything;",
    "producer.compression.type, zstd",
    "consumer.linger.ms, of no consumer",
    "my.interceptor.level, high"
  })
  void shouldLeaveToTheClientsWhatTheyTakeAndWhatNoneDefines(String name, String value) {
    assertThat(KafkaValues.fault(name, value)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"max.poll.record", "consumer.linger.ms", "my.interceptor.level"})
  void shouldKnowWhatNoClientDefines(String name) {
    assertThat(KafkaValues.isDefined(name)).isFalse();
  }

  @Test
  void shouldKnowWhatAClientDefines() {
    assertThat(KafkaValues.names()).contains("max.poll.records", "linger.ms", "state.dir");
    assertThat(KafkaValues.isDefined("producer.linger.ms")).isTrue();
    assertThat(KafkaValues.isDefined("topic.retention.ms")).isTrue();
  }
}
