package dev.lacuna.topology.pending;

import dev.lacuna.runtime.text.FilledDocument;
import dev.lacuna.topology.outbox.Completions;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.topology.store.Progress.SampleProgress;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.FilledBlank;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.TimingSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Completions of accepted requests: pure functions from a request's state to the wire's record. */
final class Answers {
  private static final double MICROS_PER_SECOND = 1e6;

  private Answers() {}

  /** The completion of a request whose runs have all ended. */
  static GenerationCompletion of(PendingRequest request, long nowMicros) {
    Entry entry = request.entry();
    CompletionStatus status = request.ending().orElse(CompletionStatus.COMPLETED);
    GenerationCompletion answer = Completions.accepted(entry, status, nowMicros);
    answer.setPromptTokens(request.plan().promptTokens());
    request.failure().ifPresent(refusal -> answer.setError(Completions.error(refusal)));
    if (status == CompletionStatus.COMPLETED) {
      fill(answer, request);
    }
    measure(answer, entry, request.snapshot(), nowMicros);
    return answer;
  }

  /** The completion of a restored request that can't go on; how far it was is in it. */
  static GenerationCompletion stranded(Stranded request, long nowMicros) {
    Entry entry = request.entry();
    GenerationCompletion answer = Completions.accepted(entry, request.ending(), nowMicros);
    if (request.ending() == CompletionStatus.FAILED) {
      answer.setError(Completions.error(request.refusal()));
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
      samples.sort(Comparator.comparingDouble(Answers::rank).reversed());
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
}
