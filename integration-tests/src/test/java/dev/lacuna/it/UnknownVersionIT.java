package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** A store that a newer worker wrote stops an older one, which leaves everything as it is. */
class UnknownVersionIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void shouldStopAndTouchNothingWhenAChangelogHoldsAnUnknownVersion() throws Exception {
    try (Pipeline pipeline = new Pipeline("unknown-version", 1, Servers.tinyModel())) {
      WorkerProcess maker = pipeline.worker("maker"); // makes the changelog topics
      Pipeline.await("ready", LIMIT, () -> maker.log().contains("ready millis="));
      assertThat(maker.terminate()).as(maker.log()).isZero();
      String changelog = pipeline.applicationId + "-pending-changelog";
      assertThat(settings(pipeline, changelog))
          .as("so that restores don't read the dead")
          .containsEntry("cleanup.policy", "compact")
          .containsEntry("segment.bytes", "4194304")
          .containsEntry("max.compaction.lag.ms", "3600000");
      byte[] newer = {99, 1, 2, 3};
      pipeline.send(new ProducerRecord<>(changelog, 0, "r1".getBytes("UTF-8"), newer));
      pipeline.flush();
      Map<String, Long> before = endOffsets(pipeline);

      WorkerProcess worker = pipeline.worker("older");
      int status = worker.awaitEnd(LIMIT);

      assertThat(status).isEqualTo(1);
      assertThat(worker.log())
          .contains("Store pending holds format version 99")
          .contains("start the worker version that wrote it");
      assertThat(endOffsets(pipeline)).isEqualTo(before);
    }
  }

  private static Map<String, Long> endOffsets(Pipeline pipeline) throws Exception {
    Map<String, Long> offsets = new LinkedHashMap<>();
    for (String topic :
        List.of(
            pipeline.topics.control(),
            pipeline.topics.completions(),
            pipeline.topics.timings(),
            pipeline.topics.deadLetters(),
            pipeline.applicationId + "-pending-changelog",
            pipeline.applicationId + "-progress-changelog",
            pipeline.applicationId + "-cancellations-changelog",
            pipeline.applicationId + "-undecoded-changelog")) {
      offsets.put(topic, pipeline.endOffsets(topic));
    }
    return offsets;
  }

  private static Map<String, String> settings(Pipeline pipeline, String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Map<String, String> settings = new LinkedHashMap<>();
    pipeline
        .admin
        .describeConfigs(List.of(resource))
        .all()
        .get(10, TimeUnit.SECONDS)
        .get(resource)
        .entries()
        .forEach(entry -> settings.put(entry.name(), entry.value()));
    return settings;
  }
}
