package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.topology.fakes.FakeClock;
import dev.lacuna.topology.fakes.Outputs.Output;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.process.TopologySettings.DeadlineRefusal;
import dev.lacuna.topology.process.TopologySettings.IntakeRules;
import dev.lacuna.topology.process.TopologySettings.Misplaced;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.StepTiming;
import dev.lacuna.wire.TimingDetail;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From request to completion and timings, undisturbed. */
final class GenerationFlowTest {
  private final WorkerDriver worker = new WorkerDriver();
  private final TestParts parts = worker.parts;

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void shouldCompleteWhenTheRunIsFinished() {
    worker.submit(Requests.request("r1").setLabels(Map.of("tenant", "t")).build());
    assertThat(parts.accepted.count()).isEqualTo(1);
    assertThat(worker.stored(TaskStores.PENDING)).isEqualTo(1);
    parts.engine.finish();
    worker.drain();

    Output record = worker.completionRecords().get(0);
    GenerationCompletion completion = record.completion();
    assertThat(record.keyText()).isEqualTo("r1");
    assertThat(completion.getStatus()).isEqualTo(CompletionStatus.COMPLETED);
    assertThat(completion.getModel()).isEqualTo("demo");
    assertThat(completion.getRevision()).isEqualTo("rev-demo");
    assertThat(completion.getFingerprint()).isEqualTo("fp-1");
    assertThat(completion.getSeed()).isEqualTo(7L);
    assertThat(completion.getPromptTokens()).isEqualTo(4);
    assertThat(completion.getGeneratedTokens()).isEqualTo(8);
    assertThat(completion.getStepsRun()).isEqualTo(4);
    assertThat(completion.getTimingsTotal()).isEqualTo(4);
    assertThat(completion.getLabels()).containsExactly(Map.entry("tenant", "t"));
    assertThat(completion.getError()).isNull();
    assertThat(completion.getAcceptedAt()).isEqualTo(WireTime.instant(FakeClock.START_MICROS));
    assertThat(completion.getCompletedAt())
        .isEqualTo(completion.getAcceptedAt().plus(TestParts.DRAIN_INTERVAL));
    Sample sample = completion.getSamples().get(0);
    assertThat(sample.getText()).startsWith("a ").endsWith(" z").hasSize(12);
    assertThat(sample.getBlanks().get(0).getName()).isEqualTo("gap");
    assertThat(sample.getBlanks().get(0).getTokens()).isEqualTo(8);
    assertThat(sample.getBlanks().get(0).getTokenIds()).isNull();
    assertThat(sample.getBlanks().get(0).getConfidences()).isNull();
    assertThat(sample.getStepsRun()).isEqualTo(4);
  }

  @Test
  void shouldTakeTheFlowFromTheLabelThatIsSetWhereARequestHasIt() {
    TestParts labelled = new TestParts();
    labelled.intake =
        new IntakeRules(
            DeadlineRefusal.OFF,
            false,
            Duration.ZERO,
            Optional.of("tenant"),
            Misplaced.ACCEPT,
            Duration.ofSeconds(30));
    try (WorkerDriver other = new WorkerDriver(labelled)) {
      other.submit(Requests.request("r1").setLabels(Map.of("tenant", "gold", "x", "y")).build());
      other.submit(Requests.request("r2").setLabels(Map.of("x", "y")).build());
    }
    assertThat(labelled.engine.submitted()).extracting(RunSpec::flow).containsExactly("gold", "");
  }

  @Test
  void shouldBeOfOneFlowWhenNoLabelIsSet() {
    worker.submit(Requests.request("r1").setLabels(Map.of("tenant", "gold", "", "z")).build());
    assertThat(parts.engine.submitted()).extracting(RunSpec::flow).containsExactly("");
  }

  @Test
  void shouldLeaveNothingBehindWhenARequestIsAnswered() {
    worker.submit(Requests.request("r1").build());
    parts.engine.step();
    worker.advance(TestParts.CHECKPOINT_INTERVAL);
    assertThat(worker.stored(TaskStores.PROGRESS)).isEqualTo(1);
    parts.engine.finish();
    worker.drain();

    assertThat(worker.completions()).hasSize(1);
    assertThat(worker.stored(TaskStores.PENDING)).isZero();
    assertThat(worker.stored(TaskStores.PROGRESS)).isZero();
    assertThat(parts.accepted.count()).isZero();
    assertThat(parts.count("lacuna.completions", "status", "completed")).isEqualTo(1);
  }

  @Test
  void shouldPublishEveryStepOnceWhenCheckpointsComeBetween() {
    worker.submit(Requests.request("r1").build());
    parts.engine.step();
    parts.engine.step();
    worker.drain();
    assertThat(worker.timings()).as("before the checkpoint").isEmpty();
    worker.advance(TestParts.CHECKPOINT_INTERVAL);
    assertThat(worker.timings()).extracting(StepTiming::getStep).containsExactly(1, 2);
    worker.advance(TestParts.CHECKPOINT_INTERVAL);
    assertThat(worker.timings()).as("nothing new").isEmpty();
    parts.engine.finish();
    worker.drain();

    List<StepTiming> rest = worker.timings();
    assertThat(rest).extracting(StepTiming::getStep).containsExactly(3, 4);
    StepTiming last = rest.get(1);
    assertThat(last.getId()).isEqualTo("r1");
    assertThat(last.getPass()).isEqualTo(1);
    assertThat(last.getSample()).isEqualTo(1);
    assertThat(last.getSteps()).isEqualTo(4);
    assertThat(last.getWorkerId()).isEqualTo("worker-1");
    assertThat(last.getMaskedBefore()).isEqualTo(2);
    assertThat(last.getMaskedAfter()).isZero();
    assertThat(last.getDevice()).isEqualTo("fake");
  }

  @Test
  void shouldPublishNoTimingWhenNoneAreWanted() {
    worker.submit(Requests.request("r1").setTimings(TimingDetail.NONE).build());
    parts.engine.step();
    worker.advance(TestParts.CHECKPOINT_INTERVAL);
    parts.engine.finish();
    worker.drain();

    GenerationCompletion completion = worker.completion();
    assertThat(completion.getTimingsTotal()).isZero();
    assertThat(completion.getStepsRun()).isEqualTo(4);
    assertThat(worker.timings()).isEmpty();
  }

  @Test
  void shouldReturnTheBestSamplesWhenBestOfIsAsked() {
    worker.submit(Requests.request("r1").setSamples(2).setBestOf(4).build());
    assertThat(parts.engine.submitted())
        .extracting(spec -> spec.sample())
        .containsExactly(1, 2, 3, 4);
    parts.engine.finish();
    worker.drain();
    GenerationCompletion best = worker.completion();
    worker.submit(Requests.request("r2").setSamples(4).build());
    parts.engine.finish();
    worker.drain();
    GenerationCompletion all = worker.completion();

    List<Double> expected =
        all.getSamples().stream()
            .map(Sample::getMeanLogProbability)
            .sorted(Comparator.reverseOrder())
            .limit(2)
            .toList();
    assertThat(best.getSamples())
        .extracting(Sample::getMeanLogProbability)
        .containsExactlyElementsOf(expected);
    assertThat(best.getStepsRun()).as("over all generated samples").isEqualTo(16);
    assertThat(best.getTimingsTotal()).isEqualTo(16);
    assertThat(best.getGeneratedTokens()).isEqualTo(32);
    assertThat(all.getSamples()).extracting(Sample::getSample).containsExactly(1, 2, 3, 4);
    assertThat(worker.timings()).hasSize(32);
  }

  @Test
  void shouldCarryTokenIdsAndConfidencesWhenAsked() {
    worker.submit(
        Requests.request("r1").setIncludeTokenIds(true).setIncludeConfidences(true).build());
    parts.engine.finish();
    worker.drain();

    var blank = worker.completion().getSamples().get(0).getBlanks().get(0);
    assertThat(blank.getTokenIds()).hasSize(8);
    assertThat(blank.getConfidences()).hasSize(8).allMatch(confidence -> confidence >= 0.5f);
    assertThat(blank.getText().chars().boxed()).containsExactlyElementsOf(blank.getTokenIds());
  }

  @Test
  void shouldCarryHeadersToTheCompletionAndTraceContextToTimings() {
    Headers headers = new RecordHeaders();
    headers.add("traceparent", WorkerDriver.utf8("00-1-2-01"));
    headers.add("tenant", WorkerDriver.utf8("t"));
    headers.add("empty", null);
    worker.submit(Requests.request("r1").build(), headers);
    parts.engine.finish();
    worker.drain();

    assertThat(worker.completionRecords().get(0).headers().toArray()).isEqualTo(headers.toArray());
    assertThat(worker.timingRecords())
        .hasSize(4)
        .allSatisfy(
            timing ->
                assertThat(timing.headerTexts())
                    .containsExactly(Map.entry("traceparent", "00-1-2-01")));
  }

  @Test
  void shouldDrawTheSeedAtIntakeWhenTheRequestHasNone() {
    worker.submit(Requests.request("r1").setSampling(emptySampling()).build());
    worker.submit(Requests.request("r2").setSampling(emptySampling()).build());
    parts.engine.finish();
    worker.drain();

    assertThat(worker.completions())
        .extracting(GenerationCompletion::getSeed)
        .containsExactly(1000L, 1001L);
  }

  private static dev.lacuna.wire.Sampling emptySampling() {
    return dev.lacuna.wire.Sampling.newBuilder().build();
  }

  @Test
  void shouldSummariseTimesWhenCompleted() {
    parts.clock.advance(Duration.ofMillis(5));
    worker.submit(Requests.request("r1").build());
    parts.clock.advance(Duration.ofMillis(7));
    parts.engine.step();
    parts.clock.advance(Duration.ofMillis(10));
    parts.engine.finish();
    worker.drain();

    var summary = worker.completion().getSummary();
    assertThat(summary.getQueuedMicros()).isEqualTo(5_000);
    assertThat(summary.getWaitingMicros()).isEqualTo(7_000);
    assertThat(summary.getRunningMicros()).isEqualTo(11_100);
    assertThat(summary.getMeanBatchRows()).isEqualTo(1.0);
    assertThat(summary.getTokensPerSecond()).isEqualTo(8 / 0.0111);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE / 1000 + 1, 10_000_000_000_000_000L})
  void shouldHaveQueuedForNoTimeWhenTheRecordsTimestampIsFarAhead(long timestampMillis) {
    worker.submit(Requests.request("r1").build(), timestampMillis);
    parts.engine.finish();
    worker.drain();

    assertThat(worker.completion().getSummary().getQueuedMicros()).isZero();
  }

  @Test
  void shouldLeaveTheRestToTheNextDrainWhenTheBudgetIsSpent() {
    for (int i = 0; i < 6; i++) {
      worker.submit(Requests.request("r" + i).setTimings(TimingDetail.NONE).build());
    }
    parts.engine.finish();
    parts.clock.costPerLook(Duration.ofMillis(4));
    int drains = 0;
    int answered = 0;
    while (answered < 6 && drains < 100) {
      worker.drain();
      int now = worker.completions().size();
      assertThat(now).as("a drain of 20 ms at 4 ms each").isLessThanOrEqualTo(5);
      answered += now;
      drains++;
    }

    assertThat(answered).isEqualTo(6);
    assertThat(drains).isGreaterThan(2);
  }

  @Test
  void shouldThrowOnTheStreamThreadWhenTheEngineHasFailed() {
    worker.submit(Requests.request("r1").build());
    parts.engine.fail(new IllegalStateException("device lost"));

    assertThatThrownBy(() -> worker.submit(Requests.request("r2").build()))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasStackTraceContaining("EngineFailedException");
    assertThatThrownBy(worker::drain).hasStackTraceContaining("EngineFailedException");
  }
}
