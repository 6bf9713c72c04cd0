package dev.lacuna.schemas;

import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import dev.lacuna.wire.ErrorDetail;
import dev.lacuna.wire.FilledBlank;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.StepTiming;
import dev.lacuna.wire.Text;
import dev.lacuna.wire.TimingDetail;
import dev.lacuna.wire.TimingSummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One record of each kind with every field set. */
final class WireSamples {

  static final Instant INSTANT = Instant.parse("2026-11-22T01:02:03.456789Z");

  private WireSamples() {}

  static GenerationRequest request() {
    return GenerationRequest.newBuilder()
        .setId("r-1")
        .setModel("demo")
        .setDocument(
            List.of(
                new Text("A library for "),
                new Blank(12, "what", BlankLength.UP_TO),
                new Text(" — ünï 🦉")))
        .setSampling(
            Sampling.newBuilder().setSteps(16).setTemperature(0.7f).setSeed(Long.MIN_VALUE).build())
        .setBestOf(3)
        .setPriority(-7)
        .setDeadline(INSTANT)
        .setTimings(TimingDetail.NONE)
        .setIncludeTokenIds(true)
        .setLabels(Map.of("team", "docs"))
        .build();
  }

  static Control control() {
    return new Control("r-1", ControlAction.CANCEL);
  }

  static GenerationCompletion completion() {
    FilledBlank blank = new FilledBlank("what", "text", 2, List.of(5, 70_000), List.of(0.5f, 1f));
    return GenerationCompletion.newBuilder()
        .setId("r-1")
        .setStatus(CompletionStatus.COMPLETED)
        .setSamples(List.of(new Sample(1, "A library for text", List.of(blank), -0.25, 16)))
        .setError(new ErrorDetail("CODE", "sampling.steps", "what to do"))
        .setModel("demo")
        .setRevision("abc")
        .setFingerprint("abc/f32/1.29/avx2")
        .setSeed(7L)
        .setSummary(new TimingSummary(1L, 2L, 3L, 4.5, 6.75))
        .setAcceptedAt(INSTANT)
        .setCompletedAt(INSTANT.plusMillis(5))
        .setLabels(Map.of("team", "docs"))
        .build();
  }

  static StepTiming timing() {
    return new StepTiming(
        "r-1", 1, 1, 2, 16, 64, 3, 8, 99L, "w", 1000L, 10L, 333L, 12, 11, 0.5f, "cpu", INSTANT);
  }
}
