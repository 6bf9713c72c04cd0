package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** A worker refuses a cluster on which its promises would not hold, and says what to do. */
class StartupIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void shouldRefuseToStartAndNameEveryCureWhenTopicsWontDo() throws Exception {
    try (Pipeline pipeline = new Pipeline("refused", 1, Servers.tinyModel())) {
      String control = pipeline.topics.control();
      pipeline.admin.createPartitions(Map.of(control, NewPartitions.increaseTo(2))).all().get();
      setConfig(pipeline, control, "cleanup.policy", "compact");
      pipeline.admin.deleteTopics(List.of(pipeline.topics.timings())).all().get();
      // As an earlier worker with smaller limits would have left it.
      String changelog = pipeline.applicationId + "-pending-changelog";
      pipeline
          .admin
          .createTopics(
              List.of(
                  new NewTopic(changelog, 1, (short) 1)
                      .configs(Map.of("max.message.bytes", "2000"))))
          .all()
          .get();
      WorkerProcess worker = pipeline.worker("a");
      Pipeline.await("worker ends", LIMIT, () -> !worker.alive());
      assertThat(worker.log())
          .contains("must be equal")
          .contains("cleanup.policy=compact")
          .contains("'" + pipeline.topics.timings() + "' does not exist")
          .contains("'" + changelog + "' has max.message.bytes=2000")
          .contains("Changelog '" + changelog + "' has cleanup.policy=delete")
          .contains("--alter --topic " + pipeline.topics.requests() + " --partitions 2")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void shouldRefuseAChangelogThatForgetsDeletionsSoonAndStartOnceTheCommandWasRun()
      throws Exception {
    try (Pipeline pipeline = new Pipeline("forgetful", 1, Servers.tinyModel())) {
      WorkerProcess first = pipeline.worker("first");
      Pipeline.await("ready", LIMIT, () -> first.log().contains("ready millis"));
      assertThat(first.terminate()).isZero();
      String changelog = pipeline.applicationId + "-pending-changelog";
      setConfig(pipeline, changelog, "delete.retention.ms", "1000");
      WorkerProcess refused = pipeline.worker("refused");
      assertThat(refused.awaitEnd(LIMIT)).isEqualTo(1);
      assertThat(refused.log())
          .contains("Changelog '" + changelog + "' has delete.retention.ms=1000")
          .contains("--entity-name " + changelog + " --add-config delete.retention.ms=86400000")
          .doesNotContain("\tat ");
      setConfig(pipeline, changelog, "delete.retention.ms", "86400000");
      WorkerProcess cured = pipeline.worker("cured");
      Pipeline.await("ready", LIMIT, () -> cured.log().contains("ready millis"));
    }
  }

  private static void setConfig(Pipeline pipeline, String topic, String key, String value)
      throws Exception {
    pipeline
        .admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry(key, value), OpType.SET))))
        .all()
        .get();
  }
}
