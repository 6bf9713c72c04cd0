package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.CommitPace;
import dev.lacuna.topology.process.TopologySettings.RequestTopic;
import dev.lacuna.topology.process.WorkerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PausingConsumerTest {
  private static final TopicPartition R0 = new TopicPartition("requests", 0);
  private static final TopicPartition R1 = new TopicPartition("requests", 1);
  private static final TopicPartition X0 = new TopicPartition("express", 0);
  private static final TopicPartition C0 = new TopicPartition("control", 0);

  private final AcceptedCounts accepted =
      new AcceptedCounts(List.of(new RequestTopic("requests", 1), new RequestTopic("express", 2)));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("earliest");
  private final CommitPace pace = new CommitPace(Duration.ofMillis(100));
  private final Consumer<byte[], byte[]> consumer =
      PausingConsumer.wrap(kafka, accepted, pace, new WorkerMetrics(registry, accepted), () -> {});

  @BeforeEach
  void subscribe() {
    kafka.updateBeginningOffsets(Map.of(R0, 0L, R1, 0L, X0, 0L, C0, 0L));
    consumer.subscribe(List.of("requests", "express", "control"));
    kafka.rebalance(List.of(R0, R1, C0));
  }

  private void poll() {
    consumer.poll(Duration.ZERO);
  }

  private double gauge() {
    return registry.get("lacuna.partitions.paused").gauge().value();
  }

  @Test
  void shouldPauseRequestPartitionsAloneWhenAtTheCap() {
    poll();
    assertThat(kafka.paused()).isEmpty();
    accepted.add("requests");
    poll();

    assertThat(kafka.paused()).containsExactlyInAnyOrder(R0, R1);
    assertThat(gauge()).isEqualTo(2);
    assertThat(consumer.paused()).as("what Streams is told").isEmpty();
  }

  @Test
  void shouldResumeWhenBelowTheCapAgain() {
    accepted.add("requests");
    poll();
    accepted.release("requests");
    poll();

    assertThat(kafka.paused()).isEmpty();
    assertThat(gauge()).isZero();
  }

  @Test
  void shouldStillReadControlRecordsWhenAtTheCap() {
    accepted.add("requests");
    kafka.addRecord(new ConsumerRecord<>("requests", 0, 0, new byte[0], new byte[0]));
    kafka.addRecord(new ConsumerRecord<>("control", 0, 0, new byte[0], new byte[0]));

    assertThat(consumer.poll(Duration.ZERO).partitions()).containsExactly(C0);
    accepted.release("requests");
    assertThat(consumer.poll(Duration.ZERO).partitions()).as("not lost").containsExactly(R0);
  }

  @Test
  void shouldStillReadExpressRequestsWhenAnotherTopicIsAtItsCap() {
    kafka.rebalance(List.of(R0, R1, X0, C0));
    accepted.add("requests");
    kafka.addRecord(new ConsumerRecord<>("requests", 0, 0, new byte[0], new byte[0]));
    kafka.addRecord(new ConsumerRecord<>("express", 0, 0, new byte[0], new byte[0]));
    kafka.addRecord(new ConsumerRecord<>("control", 0, 0, new byte[0], new byte[0]));

    assertThat(consumer.poll(Duration.ZERO).partitions()).containsExactlyInAnyOrder(X0, C0);
    assertThat(kafka.paused()).containsExactlyInAnyOrder(R0, R1);
    assertThat(gauge()).isEqualTo(2);
  }

  @Test
  void shouldHoldEachTopicByItsOwnCapWhenBothFillAndEmpty() {
    kafka.rebalance(List.of(R0, R1, X0, C0));
    accepted.add("express");
    accepted.add("express");
    poll();
    assertThat(kafka.paused()).containsExactly(X0);
    accepted.add("requests");
    poll();
    assertThat(kafka.paused()).containsExactlyInAnyOrder(R0, R1, X0);
    accepted.release("express");
    poll();
    assertThat(kafka.paused()).as("below its own cap again").containsExactlyInAnyOrder(R0, R1);
    accepted.release("requests");
    poll();
    assertThat(kafka.paused()).isEmpty();
    assertThat(gauge()).isZero();
  }

  @Test
  void shouldCountAgainstTheFirstTopicWhenItsOwnIsConfiguredNoMore() {
    kafka.rebalance(List.of(R0, X0, C0));
    accepted.add("removed");
    poll();
    assertThat(kafka.paused()).containsExactly(R0);
    accepted.release("removed");
    poll();
    assertThat(kafka.paused()).isEmpty();
  }

  @Test
  void shouldPauseNothingWhenControlRecordsWaitForTheirSchema() {
    accepted.addControl();
    accepted.addControl();
    poll();

    assertThat(kafka.paused()).isEmpty();
    assertThat(accepted.count()).isEqualTo(2);
    accepted.releaseControl();
    assertThat(accepted.count()).isEqualTo(1);
  }

  @Test
  void shouldLeaveAPartitionPausedWhenStreamsPausedIt() {
    consumer.pause(List.of(R0, C0));
    accepted.add("requests");
    poll();
    accepted.release("requests");
    poll();

    assertThat(kafka.paused()).containsExactlyInAnyOrder(R0, C0);
    assertThat(consumer.paused()).containsExactlyInAnyOrder(R0, C0);
    consumer.resume(List.of(R0, C0));
    assertThat(kafka.paused()).isEmpty();
  }

  @Test
  void shouldKeepHoldingWhenStreamsResumesAtTheCap() {
    accepted.add("requests");
    poll();
    consumer.pause(List.of(R0, C0));
    consumer.resume(List.of(R0, C0));

    assertThat(kafka.paused()).containsExactlyInAnyOrder(R0, R1);
    accepted.release("requests");
    poll();
    assertThat(kafka.paused()).isEmpty();
  }

  @Test
  void shouldHoldNewPartitionsWhenARebalanceBringsThemAtTheCap() {
    kafka.rebalance(List.of(R0));
    accepted.add("requests");
    poll();
    assertThat(gauge()).isEqualTo(1);
    kafka.rebalance(List.of(R0, R1, C0));
    poll();

    assertThat(kafka.paused()).containsExactlyInAnyOrder(R0, R1);
    assertThat(gauge()).isEqualTo(2);
  }

  @Test
  void shouldPauseAgainWhenARebalanceForgotThePause() {
    accepted.add("requests");
    poll();
    kafka.resume(List.of(R0)); // what a rebalance does that takes a partition and gives it back
    poll();

    assertThat(kafka.paused()).containsExactlyInAnyOrder(R0, R1);
  }

  @Test
  void shouldForgetPartitionsWhenARebalanceTakesThem() {
    accepted.add("requests");
    poll();
    consumer.pause(List.of(R1));
    kafka.resume(List.of(R1)); // a consumer forgets the pause of what it loses, the mock does not
    kafka.rebalance(List.of(R0, C0));
    accepted.release("requests");
    poll();

    assertThat(kafka.paused()).isEmpty();
    assertThat(gauge()).isZero();
    kafka.rebalance(List.of(R0, R1, C0));
    accepted.add("requests");
    poll();
    accepted.release("requests");
    poll();
    assertThat(kafka.paused()).as("the pause of an earlier life is forgotten").isEmpty();
  }

  @Test
  @Timeout(20)
  void shouldReturnEarlyWhenARunEnds() {
    accepted.add("requests");
    kafka.schedulePollTask(() -> {});
    kafka.schedulePollTask(accepted::runEnded);

    assertThat(consumer.poll(Duration.ofMinutes(5))).isEmpty();
  }

  @Test
  @Timeout(20)
  void shouldEndAPollWhenAnAnswerWaitsForItsCommitThoughNoWorkIsPending() {
    pace.waitingChanged(1);

    assertThat(consumer.poll(Duration.ofMinutes(5))).isEmpty();
  }

  @Test
  @Timeout(20)
  void shouldReturnRecordsThatComeWhileWorkIsPending() {
    accepted.add("requests");
    accepted.add("requests");
    accepted.release("requests"); // at the cap, which pauses requests alone
    kafka.schedulePollTask(() -> {});
    kafka.schedulePollTask(
        () -> kafka.addRecord(new ConsumerRecord<>("control", 0, 0, null, null)));

    assertThat(consumer.poll(Duration.ofMinutes(5))).hasSize(1);
  }

  @Test
  void shouldForgetItsGaugeWhenClosed() {
    accepted.add("requests");
    poll();
    consumer.close();

    assertThat(gauge()).isZero();
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  void shouldThrowWhatTheConsumerThrows() {
    kafka.setPollException(new KafkaException("down"));

    assertThatThrownBy(this::poll).isInstanceOf(KafkaException.class).hasMessage("down");
  }
}
