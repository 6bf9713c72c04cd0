package dev.lacuna.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.Configs;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientSettingsTest {
  private final Config config =
      Configs.of(
          Map.of(
              "bootstrap.servers", "b:1",
              "kafka.security.protocol", "SSL",
              "kafka.producer.linger.ms", "50",
              "kafka.consumer.isolation.level", "read_uncommitted",
              "kafka.main.consumer.max.poll.records", "7",
              "kafka.topic.retention.ms", "8"));

  @Test
  void shouldGiveEveryClientTheCommonSettings() {
    assertThat(ClientSettings.producer(config)).containsEntry("security.protocol", "SSL");
    assertThat(ClientSettings.consumer(config)).containsEntry("security.protocol", "SSL");
    assertThat(ClientSettings.admin(config))
        .containsEntry("security.protocol", "SSL")
        .containsEntry("bootstrap.servers", "b:1");
  }

  @Test
  void shouldGivePrefixedSettingsToTheirClientAlone() {
    assertThat(ClientSettings.producer(config)).containsEntry("linger.ms", "50");
    assertThat(ClientSettings.consumer(config)).doesNotContainKey("linger.ms");
    assertThat(ClientSettings.producer(config).keySet())
        .noneMatch(key -> key.contains("poll.records") || key.contains("retention"));
  }

  @Test
  void shouldReadCommittedRecordsWhateverIsSet() {
    assertThat(ClientSettings.consumer(config)).containsEntry("isolation.level", "read_committed");
  }
}
