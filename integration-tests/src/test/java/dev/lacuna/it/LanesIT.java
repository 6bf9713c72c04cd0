package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import dev.lacuna.wire.GenerationRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Express requests and control go on while bulk requests are at their cap. */
class LanesIT {

  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int BACKLOG = 2_000;
  private static final int EXPRESS = 20;
  private static final int CAP = 64;

  /** More than a cap and what a stream thread fetches beyond it. */
  private static final int READ_MAX = CAP + 2 * 32;

  @Test
  void shouldAnswerExpressRequestsWhenABacklogOfOthersIsAtItsCap() throws Exception {
    try (Pipeline pipeline = new Pipeline("lanes", 1, Servers.demoModel())) {
      String express = "lanes.express";
      pipeline.admin.createTopics(List.of(new NewTopic(express, 1, (short) 1))).all().get();
      pipeline.endOffsets(express);
      pipeline.set(
          "requests.topics", pipeline.topics.requests() + "=" + CAP + "," + express + "=8");
      pipeline.set("slots", "4").set("threads", "1");
      // A thousand steps each: none can end while twenty express requests of four steps pass.
      List<GenerationRequest> bulk = new ArrayList<>();
      for (int i = 0; i < BACKLOG; i++) {
        bulk.add(Requests.of("bulk-" + i, 1_000, i, "A library for ", 1_000));
      }
      pipeline.send(bulk);
      pipeline.worker("a");
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> !a.timings.isEmpty())).as("bulk runs").isTrue();
      Pipeline.await("bulk at its cap", LIMIT, () -> pipeline.committedRequests() >= CAP);

      for (int i = 0; i < EXPRESS; i++) {
        GenerationRequest request = Requests.of("express-" + i, 4, i, "A library for ", 4);
        request.setPriority(100);
        pipeline.send(express, request.getId(), pipeline.encode(express, request));
      }
      pipeline.flush();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= EXPRESS)).isTrue();
      assertThat(answers.completions.keySet())
          .as("in the order of their completion")
          .allMatch(id -> id.startsWith("express-"))
          .hasSize(EXPRESS);
      assertThat(answers.completions.values())
          .allMatch(all -> all.get(0).getStatus() == CompletionStatus.COMPLETED);
      assertThat(pipeline.committedRequests()).as("read of bulk").isBetween(64L, (long) READ_MAX);
      assertThat(committed(pipeline, express)).isEqualTo(EXPRESS);
      cancelsAtTheCap(pipeline, answers);
    }
  }

  /** Control passes the full lane too: a running, a waiting and a not-yet-read request. */
  private static void cancelsAtTheCap(Pipeline pipeline, Answers answers) throws Exception {
    String running = answers.timings.keySet().stream().findFirst().orElseThrow();
    assertThat(running).startsWith("bulk-");
    cancel(pipeline, running);
    cancel(pipeline, "bulk-" + (CAP - 1));
    cancel(pipeline, "bulk-" + (BACKLOG - 1)); // remembered, and answered once it is read
    assertThat(answers.await(LIMIT, a -> a.completions.size() >= EXPRESS + 2)).isTrue();
    assertThat(answers.completion(running).getStatus()).isEqualTo(CompletionStatus.CANCELLED);
    assertThat(answers.completion(running).getStepsRun()).isPositive();
    assertThat(answers.completion("bulk-" + (CAP - 1)).getStatus())
        .isEqualTo(CompletionStatus.CANCELLED);
  }

  private static void cancel(Pipeline pipeline, String id) {
    String control = pipeline.topics.control();
    pipeline.send(control, id, pipeline.encode(control, new Control(id, ControlAction.CANCEL)));
    pipeline.flush();
  }

  private static long committed(Pipeline pipeline, String topic) throws Exception {
    return pipeline
        .admin
        .listConsumerGroupOffsets(pipeline.applicationId)
        .partitionsToOffsetAndMetadata()
        .get()
        .get(new TopicPartition(topic, 0))
        .offset();
  }
}
