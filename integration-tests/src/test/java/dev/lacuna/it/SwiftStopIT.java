package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.field.HangingTransaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** SIGTERM to a worker that owes nothing, since it still waits for its tasks: it stops at once. */
class SwiftStopIT {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  /** The worker's own limit is 20 s; a slow machine needs some of these for the JVM alone. */
  private static final Duration SWIFT = Duration.ofSeconds(8);

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

  /** A pipeline whose group and changelogs are there, from an earlier worker. */
  private static Pipeline begun(String name) throws Exception {
    Pipeline pipeline = new Pipeline(name, 1, Servers.tinyModel());
    WorkerProcess first = pipeline.worker("first");
    pipeline.send(List.of(Requests.of("before", 4, 1, "A library for ", 8)));
    assertThat(pipeline.answers().await(LIMIT, a -> a.completions.size() >= 1))
        .as("%s", first.log())
        .isTrue();
    assertThat(first.terminate()).as("%s", first.log()).isZero();
    return pipeline;
  }

  private static void checkSwiftStop(Pipeline pipeline) throws Exception {
    WorkerProcess waiting = pipeline.worker("waiting");
    Pipeline.await("started", LIMIT, () -> waiting.log().contains("the worker started"));
    Thread.sleep(4000);
    long begun = System.nanoTime();
    int status = waiting.terminate();
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    System.out.println("TOOK " + took + " status " + status + "\n" + waiting.log());
    assertThat(waiting.log()).doesNotContain("ready millis");
    assertThat(status).as("%s", waiting.log()).isZero();
    assertThat(took).as("%s", waiting.log()).isLessThan(SWIFT);
  }
}
