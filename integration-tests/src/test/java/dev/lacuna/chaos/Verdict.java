package dev.lacuna.chaos;

import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.TimingDetail;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was promised against what was seen.
 *
 * <p>Threading: owned by the thread that made it.
 */
final class Verdict {
  private final int requests;
  private final int faults;
  private int missing;
  private int duplicated;
  private int differing;
  private int timingsWrong;
  private final List<String> details = new ArrayList<>();

  private Verdict(int requests, int faults) {
    this.requests = requests;
    this.faults = faults;
  }

  /**
   * Compares.
   *
   * @param sent requests by the id of their completions
   * @param reference completions of an undisturbed run, by shape
   * @param doomed places of the records that must be dead letters
   */
  static Verdict of(
      Map<String, Order> sent,
      List<GenerationCompletion> reference,
      Set<String> doomed,
      Oracle oracle,
      int faults) {
    Verdict verdict = new Verdict(sent.size(), faults);
    Map<String, Seen> seen = oracle.seen();
    sent.forEach((id, order) -> verdict.check(id, order, seen.get(id), reference));
    Set<String> strangers = new HashSet<>(seen.keySet());
    strangers.removeAll(sent.keySet());
    strangers.forEach(id -> verdict.differs(id, "was never asked for", seen.get(id)));
    verdict.deadLetters(doomed, oracle.deadLetters());
    return verdict;
  }

  private void check(String id, Order order, Seen seen, List<GenerationCompletion> reference) {
    if (seen == null || seen.completions().isEmpty()) {
      missing++;
      details.add(
          "missing: %s (%s), %d timings"
              .formatted(id, order.twist(), seen == null ? 0 : seen.timings()));
      return;
    }
    if (seen.completions().size() > 1) {
      duplicated++;
      details.add("duplicated: %s (%s) at %s".formatted(id, order.twist(), seen.places()));
    }
    GenerationCompletion completion = seen.completions().get(0);
    compare(id, order, seen, reference.get(order.shape()));
    List<String> faults = seen.timingFaults(completion);
    boolean none = order.request().getTimings() == TimingDetail.NONE;
    if (none && seen.timings() > 0) {
      faults.add("timings, and none were asked for");
    }
    if (!none && seen.timings() != completion.getStepsRun()) {
      faults.add(seen.timings() + " timings of " + completion.getStepsRun() + " steps");
    }
    if (!faults.isEmpty()) {
      timingsWrong++;
      details.add(
          "timings wrong: %s (%s), %s: %s at %s"
              .formatted(id, order.twist(), completion.getStatus(), faults, seen.places()));
    }
  }

  private void compare(String id, Order order, Seen seen, GenerationCompletion undisturbed) {
    GenerationCompletion completion = seen.completions().get(0);
    CompletionStatus status = completion.getStatus();
    String code = completion.getError() == null ? null : completion.getError().getCode();
    if (!order.allowed().contains(status) || (order.code() != null && !order.code().equals(code))) {
      differs(
          id,
          "%s is %s %s, allowed are %s"
              .formatted(order.twist(), status, completion.getError(), order.allowed()),
          seen);
    } else if (status == CompletionStatus.COMPLETED
        && !(completion.getSamples().equals(undisturbed.getSamples())
            && completion.getStepsRun() == undisturbed.getStepsRun()
            && completion.getFingerprint().equals(undisturbed.getFingerprint()))) {
      differs(
          id,
          "%s is not what an undisturbed run makes:%n  %s%n  %s"
              .formatted(order.twist(), completion, undisturbed),
          seen);
    }
  }

  private void differs(String id, String what, Seen seen) {
    differing++;
    details.add("differing: %s %s, at %s".formatted(id, what, seen.places()));
  }

  private void deadLetters(Set<String> doomed, Map<String, List<String>> deadLetters) {
    for (String place : doomed) {
      if (!deadLetters.containsKey(place)) {
        missing++;
        details.add("missing: the dead letter of " + place);
      }
    }
    deadLetters.forEach(
        (place, letters) -> {
          if (!doomed.contains(place)) {
            differing++;
            details.add("differing: a dead letter of " + place + " that none expects: " + letters);
          } else if (letters.size() > 1) {
            duplicated++;
            details.add("duplicated: the dead letter of " + place + ": " + letters);
          }
        });
  }

  int duplicated() {
    return duplicated;
  }

  int timingsWrong() {
    return timingsWrong;
  }

  /** Whether everything is as promised. */
  boolean clean() {
    return missing + duplicated + differing + timingsWrong == 0;
  }

  /** What is wrong, one a line; empty if nothing is. */
  List<String> details() {
    return details;
  }

  /** The last line of a run. */
  String line() {
    return "requests %d, faults %d, missing %d, duplicated %d, differing %d, timings wrong %d"
        .formatted(requests, faults, missing, duplicated, differing, timingsWrong);
  }
}
