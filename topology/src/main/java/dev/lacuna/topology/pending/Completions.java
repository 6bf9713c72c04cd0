package dev.lacuna.topology.pending;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.text.FilledDocument;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.topology.store.Progress.SampleProgress;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.ErrorDetail;
import dev.lacuna.wire.FilledBlank;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.TimingSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Completions of requests, accepted or not: pure functions from what is known of a request to the
 * wire's record.
 */
public final class Completions {
  private static final double MICROS_PER_SECOND = 1e6;

  private Completions() {}

  /** The completion of a request whose runs have all ended. */
  static GenerationCompletion of(PendingRequest request, Ending how, long nowMicros) {
    Entry entry = request.entry();
    GenerationCompletion answer = accepted(entry, how.status(), nowMicros);
    answer.setPromptTokens(request.plan().promptTokens());
    how.refusal().ifPresent(refusal -> answer.setError(error(refusal)));
    if (how.status() == CompletionStatus.COMPLETED) {
      fill(answer, request);
    }
    measure(answer, entry, request.snapshot(), nowMicros);
    return answer;
  }

  /** The completion of a restored request that can't go on; how far it was is in it. */
  static GenerationCompletion of(Unresumable request, long nowMicros) {
    Entry entry = request.entry();
    GenerationCompletion answer = accepted(entry, request.ending(), nowMicros);
    if (request.ending() == CompletionStatus.FAILED) {
      answer.setError(error(request.refusal()));
    }
    measure(answer, entry, request.progress(), nowMicros);
    return answer;
  }

  private static void fill(GenerationCompletion answer, PendingRequest request) {
    Entry entry = request.entry();
    List<Sample> samples = new ArrayList<>();
    int generatedTokens = 0;
    for (SampleRun run : request.runs()) {
      FilledDocument filled =
          request.model().read(request.plan(), entry.settings(), run.progress());
      Sample sample = sample(entry, run, filled);
      samples.add(sample);
      generatedTokens += sample.getBlanks().stream().mapToInt(FilledBlank::getTokens).sum();
    }
    if (entry.ranked()) {
      samples.sort(Comparator.comparingDouble(Completions::rank).reversed());
    }
    answer.setSamples(List.copyOf(samples.subList(0, entry.wanted())));
    answer.setGeneratedTokens(generatedTokens);
  }

  /** Mean log-probability, where no number counts as the worst. */
  private static double rank(Sample sample) {
    double mean = sample.getMeanLogProbability();
    return Double.isNaN(mean) ? Double.NEGATIVE_INFINITY : mean;
  }

  private static Sample sample(Entry entry, SampleRun run, FilledDocument filled) {
    return Sample.newBuilder()
        .setSample(run.sample())
        .setText(filled.text())
        .setBlanks(filled.blanks().stream().map(blank -> blank(entry, blank)).toList())
        .setMeanLogProbability(filled.meanLogProbability())
        .setStepsRun(run.progress().stepsTotal())
        .build();
  }

  private static FilledBlank blank(Entry entry, FilledDocument.FilledBlank blank) {
    FilledBlank wire = new FilledBlank();
    wire.setName(blank.name().orElse(null));
    wire.setText(blank.text());
    wire.setTokens(blank.tokenIds().length);
    if (entry.tokenIds()) {
      wire.setTokenIds(Arrays.stream(blank.tokenIds()).boxed().toList());
    }
    if (entry.confidences()) {
      List<Float> confidences = new ArrayList<>(blank.confidences().length);
      for (float confidence : blank.confidences()) {
        confidences.add(confidence);
      }
      wire.setConfidences(confidences);
    }
    return wire;
  }

  private static void measure(
      GenerationCompletion answer, Entry entry, Progress progress, long nowMicros) {
    int steps = 0;
    for (SampleProgress sample : progress.samples()) {
      steps += sample.run().stepsTotal();
    }
    answer.setStepsRun(steps);
    answer.setTimingsTotal(entry.timings() ? steps : 0);
    boolean started = progress.firstStepMicros() > 0;
    long firstMicros = started ? progress.firstStepMicros() : nowMicros;
    long runningMicros = started ? progress.lastStepMicros() - progress.firstStepMicros() : 0;
    double seconds = runningMicros / MICROS_PER_SECOND;
    answer.setSummary(
        TimingSummary.newBuilder()
            .setQueuedMicros(Math.max(0, entry.acceptedMicros() - entry.requestMicros()))
            .setWaitingMicros(Math.max(0, firstMicros - entry.acceptedMicros()))
            .setRunningMicros(runningMicros)
            .setMeanBatchRows(steps == 0 ? 0 : (double) progress.batchRowsSum() / steps)
            .setTokensPerSecond(seconds > 0 ? answer.getGeneratedTokens() / seconds : 0)
            .build());
  }

  /** The FAILED answer to a request that can't work. */
  public static GenerationCompletion refused(
      String id, GenerationRequest request, Refusal refusal, long nowMicros) {
    return unaccepted(id, request, CompletionStatus.FAILED, Optional.of(refusal), nowMicros);
  }

  /**
   * The answer to a request that was not accepted.
   *
   * @param why the reason, unless the status says it
   */
  public static GenerationCompletion unaccepted(
      String id,
      GenerationRequest request,
      CompletionStatus status,
      Optional<Refusal> why,
      long nowMicros) {
    GenerationCompletion answer =
        GenerationCompletion.newBuilder()
            .setId(id)
            .setStatus(status)
            .setModel(request.getModel())
            .setLabels(request.getLabels())
            .setCompletedAt(WireTime.instant(nowMicros))
            .build();
    why.ifPresent(refusal -> answer.setError(error(refusal)));
    return answer;
  }

  /** The answer to an accepted request, to be filled with what its runs did. */
  private static GenerationCompletion accepted(
      Entry entry, CompletionStatus status, long nowMicros) {
    return GenerationCompletion.newBuilder()
        .setId(entry.id())
        .setStatus(status)
        .setModel(entry.model())
        .setRevision(entry.revision())
        .setFingerprint(entry.fingerprint())
        .setSeed(entry.settings().seed())
        .setAcceptedAt(WireTime.instant(entry.acceptedMicros()))
        .setCompletedAt(WireTime.instant(nowMicros))
        .setLabels(entry.labels())
        .build();
  }

  /** A refusal on the wire. */
  private static ErrorDetail error(Refusal refusal) {
    return new ErrorDetail(refusal.code(), refusal.field(), refusal.message());
  }
}
