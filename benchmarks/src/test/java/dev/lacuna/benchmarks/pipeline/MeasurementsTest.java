package dev.lacuna.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.benchmarks.cluster.Passes;
import dev.lacuna.benchmarks.cluster.Processors;
import dev.lacuna.benchmarks.cluster.Rate;
import dev.lacuna.benchmarks.cluster.Round;
import dev.lacuna.benchmarks.cluster.WorkerChild;
import dev.lacuna.benchmarks.measure.ProcessFacts;
import dev.lacuna.benchmarks.recovery.Repeated;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import dev.lacuna.wire.TimingSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the benchmarks make of what they see. */
class MeasurementsTest {

  @Test
  void shouldCountWholeBatchesBetweenTheEndsWhenCompletionsComeInWaves() {
    // Six waves of four, two seconds apart: the first and the last don't count.
    long[] nanos = LongStream.range(0, 24).map(i -> -1 + (i / 4) * 2_000_000_000L).toArray();
    Rate rate = Rate.steady(nanos, 4);
    assertThat(rate.counted()).isEqualTo(16);
    assertThat(rate.seconds()).isEqualTo(8);
    assertThat(rate.perSecond()).isEqualTo(2);
  }

  @Test
  void shouldRefuseARateWhenNothingIsLeftBetweenTheEnds() {
    assertThatThrownBy(() -> Rate.steady(new long[8], 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 completions");
  }

  @Test
  void shouldTakeTheLeastValueThatTheShareDoesNotExceed() {
    List<Double> values = IntStream.rangeClosed(1, 200).mapToObj(i -> (double) i).toList();
    assertThat(LatencyParts.quantile(values, 0.5)).isEqualTo(100);
    assertThat(LatencyParts.quantile(values, 0.99)).isEqualTo(198);
    assertThat(LatencyParts.quantile(values, 1)).isEqualTo(200);
    assertThat(LatencyParts.quantile(List.of(7.0), 0.5)).isEqualTo(7);
  }

  @Test
  void shouldAddUpToTheWholeWhenPartsAreNamed() {
    Instant sent = Instant.parse("2026-01-01T00:00:00Z");
    GenerationCompletion completion =
        GenerationCompletion.newBuilder()
            .setId("a")
            .setStatus(CompletionStatus.COMPLETED)
            .setAcceptedAt(sent.plusMillis(5))
            .setCompletedAt(sent.plusMillis(78))
            .setSummary(
                TimingSummary.newBuilder()
                    .setQueuedMicros(4_000)
                    .setWaitingMicros(1_000)
                    .setRunningMicros(70_000)
                    .setMeanBatchRows(1)
                    .setTokensPerSecond(1)
                    .build())
            .build();
    LatencyParts parts = new LatencyParts();
    parts.add(sent, completion, sent.plusMillis(90));
    List<Double> medians =
        parts.rows().stream().map(row -> (Double) row.get("medianMillis")).toList();
    assertThat(medians).containsExactly(5.0, 1.0, 70.0, 2.0, 12.0, 90.0, 20.0);
    assertThat(parts.summary()).containsEntry("medianMillis", 20.0).containsEntry("requests", 1);
  }

  @Test
  void shouldAddUpAForwardPassOnceWhenManyRowsReportIt() {
    Passes passes = new Passes();
    for (int row = 0; row < 3; row++) {
      passes.add(1, 9_000, 1_000, 3, 8);
    }
    passes.add(2, 19_000, 1_000, 5, 8);
    Round round = new Round(new long[0], Map.of(), passes);
    assertThat(round.hostShare()).isCloseTo(2.0 / 30, within(1e-9));
    assertThat(round.batchRows()).isEqualTo(4);
    assertThat(passes.slots()).isEqualTo(8);
    assertThat(round.stepMillis()).isEqualTo(15);
  }

  @Test
  void shouldReadResidentMemoryFromTheStatusFile() {
    assertThat(ProcessFacts.residentKib(List.of("Name:\tjava", "VmRSS:\t  381932 kB")))
        .isEqualTo(381_932);
    assertThatThrownBy(() -> ProcessFacts.residentKib(List.of("Name:\tjava")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldGiveTheLauncherWhatTheWorkerDoesNotKnowOf() {
    WorkerChild.Start start = WorkerChild.start(1_250, 1_200, " jvm=300 models=900");
    assertThat(start.totalMillis()).isEqualTo(1_250);
    assertThat(start.partMillis())
        .containsExactly(
            Map.entry("launcher", 50L), Map.entry("jvm", 300L), Map.entry("models", 900L));
  }

  @Test
  void shouldDivideProcessorTimeByTheTimeBetween() {
    Processors before =
        new Processors(0, Duration.ofMillis(100), Duration.ofMillis(10), Duration.ofMillis(5));
    Processors after =
        new Processors(
            2_000_000_000L, Duration.ofMillis(3_100), Duration.ofMillis(110), Duration.ofMillis(5));
    assertThat(after.coresSince(before))
        .containsExactly(
            Map.entry("workerCores", 1.5),
            Map.entry("serversCores", 0.05),
            Map.entry("ownCores", 0.0));
  }

  @Test
  void shouldCountAForwardPassAsRepeatedUnlessEveryRowOfItWasPublished() {
    List<String> log =
        List.of(
            "12:00 TRACE [lacuna-engine] DenoisingEngine: stepped forwardPasses=1 deviceClockMicros=100 ",
            "12:00 TRACE [lacuna-engine] DenoisingEngine: stepped forwardPasses=1 deviceClockMicros=100 ",
            "12:00 INFO something else",
            "12:00 TRACE [lacuna-engine] DenoisingEngine: stepped forwardPasses=2 deviceClockMicros=300 ",
            "12:00 TRACE [lacuna-engine] DenoisingEngine: stepped forwardPasses=3 deviceClockMicros=700 ");
    Repeated repeated = Repeated.of(log, Stream.of(timing(1), timing(1), timing(2)));
    assertThat(repeated).isEqualTo(new Repeated(3, 2, 700, 600));
  }

  private static StepTiming timing(long pass) {
    StepTiming timing = new StepTiming();
    timing.setBatchSequence(pass);
    timing.setBatchRows(2);
    return timing;
  }

  @Test
  void shouldAddUserAndSystemTimeOfAThreadWhenItsNameBeginsSo() {
    String stat = "77 (often-StreamThr) S 1 2 3 4 5 6 7 8 9 10 30 12 0 0 20 0 1 0 5";
    assertThat(ProcessFacts.threadNanos(stat, "often-S")).isEqualTo(420_000_000L);
    assertThat(ProcessFacts.threadNanos(stat, "never-S")).isZero();
  }
}
