package dev.lacuna.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.topology.kafka.StreamsSettings;
import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.Configs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {

  @Test
  void shouldHandEveryKeyToTheTopology() {
    Config config =
        Configs.of(
            Map.ofEntries(
                Map.entry("requests.topics", "r,x=7"),
                Map.entry("control.topic", "c"),
                Map.entry("schema.unknown.retry.ms", "16"),
                Map.entry("completions.topic", "o"),
                Map.entry("timings.topic", "t"),
                Map.entry("dead.letters.topic", "d"),
                Map.entry("entry.max.bytes", "2001"),
                Map.entry("completion.max.bytes", "2002"),
                Map.entry("headers.max.bytes", "2003"),
                Map.entry("samples.max", "5"),
                Map.entry("document.max.bytes", "6"),
                Map.entry("blanks.max", "7"),
                Map.entry("blank.name.max.bytes", "8"),
                Map.entry("labels.max.bytes", "10"),
                Map.entry("worker.id", "w"),
                Map.entry("model.dir", "a=/x,b=/y"),
                Map.entry("model.default", "b"),
                Map.entry("accepted.max", "9"),
                Map.entry("drain.interval.ms", "11"),
                Map.entry("drain.max.ms", "12"),
                Map.entry("checkpoint.device.ms", "13"),
                Map.entry("crash.attempts.max", "3"),
                Map.entry("model.changed", "wait"),
                Map.entry("deadline.refuse", "backlog"),
                Map.entry("duplicates", "dead-letter"),
                Map.entry("requests.partition.mismatch", "rekey"),
                Map.entry("completed.retention.ms", "15"),
                Map.entry("fairness.label", "tenant"),
                Map.entry("cancel.retention.ms", "14")));

    assertThat(WorkerSettings.topology(config))
        .isEqualTo(
            new TopologySettings(
                new TopologySettings.Topics(
                    List.of(
                        new TopologySettings.RequestTopic("r", 9),
                        new TopologySettings.RequestTopic("x", 7)),
                    "c",
                    "o",
                    "t",
                    "d"),
                new TopologySettings.Limits(
                    2001, 2002, 2003, 5, new TopologySettings.DocumentLimits(6, 7, 8, 10)),
                "w",
                "b",
                Duration.ofMillis(11),
                Duration.ofMillis(12),
                Duration.ofMillis(14),
                new TopologySettings.Durability(Duration.ofMillis(13), 3, true),
                new TopologySettings.IntakeRules(
                    TopologySettings.DeadlineRefusal.BACKLOG,
                    true,
                    Duration.ofMillis(15),
                    Optional.of("tenant"),
                    TopologySettings.Misplaced.REKEY,
                    Duration.ofMillis(16))));
  }

  @Test
  void shouldMakeSettingsThatTheTopologyTakes() {
    Config config =
        Configs.of(Map.of("topics.replication.factor", "1", "kafka.session.timeout.ms", "6000"));

    Checked<Map<String, Object>> settings =
        StreamsSettings.of(WorkerSettings.streams(config), WorkerSettings.topology(config));

    assertThat(settings).isInstanceOf(Checked.Valid.class);
    assertThat(((Checked.Valid<Map<String, Object>>) settings).value())
        .containsEntry("application.id", "lacuna")
        .containsEntry("bootstrap.servers", "localhost:9092")
        .containsEntry("session.timeout.ms", "6000")
        .containsEntry("replication.factor", 1)
        .containsEntry("topic.min.insync.replicas", 1);
  }
}
