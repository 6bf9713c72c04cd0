package dev.lacuna.testbed;

import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.ErrorDetail;
import dev.lacuna.wire.FilledBlank;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.StepTiming;
import java.time.Instant;
import java.util.List;

/** Records as a worker would write them. */
public final class Records {

  private Records() {}

  /** A completion of one sample with one blank. */
  public static GenerationCompletion completed(String id, int stepsRun) {
    return GenerationCompletion.newBuilder()
        .setId(id)
        .setStatus(CompletionStatus.COMPLETED)
        .setSamples(List.of(sample(1, stepsRun)))
        .setModel("m")
        .setSeed(7L)
        .setGeneratedTokens(4)
        .setStepsRun(stepsRun)
        .setTimingsTotal(stepsRun)
        .build();
  }

  /** A sample whose text is "a filled b". */
  public static Sample sample(int number, int stepsRun) {
    return Sample.newBuilder()
        .setSample(number)
        .setText("a filled b")
        .setBlanks(List.of(FilledBlank.newBuilder().setText("filled").setTokens(4).build()))
        .setMeanLogProbability(-1.5)
        .setStepsRun(stepsRun)
        .build();
  }

  /** A completion without samples. */
  public static GenerationCompletion failed(String id) {
    return GenerationCompletion.newBuilder()
        .setId(id)
        .setStatus(CompletionStatus.FAILED)
        .setError(new ErrorDetail("UNKNOWN_MODEL", "model", "There is no model 'x'."))
        .build();
  }

  /** Step {@code step} of {@code steps}, which takes away one mask. */
  public static StepTiming timing(String id, int sample, int step, int steps) {
    return timing(id, sample, 1, step, steps);
  }

  /** The same in any pass. */
  public static StepTiming timing(String id, int sample, int pass, int step, int steps) {
    return StepTiming.newBuilder()
        .setId(id)
        .setPass(pass)
        .setSample(sample)
        .setStep(step)
        .setSteps(steps)
        .setCanvasLength(32)
        .setBatchRows(2)
        .setBatchSlots(16)
        .setBatchSequence(step)
        .setWorkerId("w")
        .setDeviceMicros(1000L * step)
        .setHostMicros(100)
        .setShareMicros(500)
        .setMaskedBefore(steps - step + 1)
        .setMaskedAfter(steps - step)
        .setMeanConfidence(0.5f)
        .setDevice("cpu")
        .setStartedAt(Instant.ofEpochSecond(1000 + step))
        .build();
  }
}
