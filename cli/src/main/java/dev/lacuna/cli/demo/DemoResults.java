package dev.lacuna.cli.demo;

import dev.lacuna.testbed.Accounting;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import dev.lacuna.worker.kafka.WireDocuments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What came back so far.
 *
 * <p>Threading: used by one thread.
 */
final class DemoResults {
  private final List<GenerationRequest> requests;
  private final Accounting accounting;
  private final List<StepTiming> timings = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();

  /** Masks of each request, over all its samples. */
  private final Map<String, Long> masks = new HashMap<>();

  private final Map<String, Long> unmasked = new HashMap<>();

  DemoResults(List<GenerationRequest> requests) {
    this.requests = List.copyOf(requests);
    this.accounting = new Accounting(requests.stream().map(GenerationRequest::getId).toList());
    for (GenerationRequest request : requests) {
      int samples = request.getBestOf() == null ? request.getSamples() : request.getBestOf();
      long blanks = WireDocuments.blankTokens(request.getDocument());
      masks.put(request.getId(), Math.max(0, blanks) * Math.max(1, samples));
    }
  }

  void add(GenerationCompletion completion) {
    accounting.add(completion);
    unmasked.put(completion.getId(), masks.getOrDefault(completion.getId(), 0L));
  }

  void add(StepTiming timing) {
    accounting.add(timing);
    timings.add(timing);
    unmasked.merge(
        timing.getId(), (long) timing.getMaskedBefore() - timing.getMaskedAfter(), Long::sum);
  }

  void addUnreadable(List<String> lines) {
    unreadable.addAll(lines);
  }

  List<GenerationRequest> requests() {
    return requests;
  }

  List<StepTiming> timings() {
    return timings;
  }

  Accounting accounting() {
    return accounting;
  }

  List<String> problems() {
    List<String> problems = new ArrayList<>(unreadable);
    problems.addAll(accounting.problems());
    return problems;
  }

  /** Masks of all requests. */
  long masks() {
    return masks.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Masks that are gone, by what is known so far. */
  long unmasked() {
    return unmasked.entrySet().stream()
        .mapToLong(e -> Math.min(e.getValue(), masks.getOrDefault(e.getKey(), 0L)))
        .sum();
  }
}
