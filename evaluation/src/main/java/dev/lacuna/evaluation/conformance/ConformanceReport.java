package dev.lacuna.evaluation.conformance;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds results up.
 *
 * <p>Threading: owned by the thread that runs the cases.
 */
public final class ConformanceReport {

  private final Map<String, Map<CaseKind, Tally>> models = new LinkedHashMap<>();
  private final List<CaseResult> failures = new ArrayList<>();
  private Tally total = Tally.NONE;

  /**
   * How a group of cases went.
   *
   * @param worst largest difference from a recorded number; NaN if none was compared
   */
  public record Tally(int passed, int failed, int skipped, double worst) {

    /** Of no cases. */
    public static final Tally NONE = new Tally(0, 0, 0, Double.NaN);

    /** Cases of the group. */
    public int cases() {
      return passed + failed + skipped;
    }

    private Tally plus(CaseResult result) {
      boolean larger = !(result.worst() <= worst) && !Double.isNaN(result.worst());
      return new Tally(
          passed + (result.outcome() == CaseResult.Outcome.PASSED ? 1 : 0),
          failed + (result.outcome() == CaseResult.Outcome.FAILED ? 1 : 0),
          skipped + (result.outcome() == CaseResult.Outcome.SKIPPED ? 1 : 0),
          larger ? result.worst() : worst);
    }
  }

  /** Adds a result. */
  public void add(CaseResult result) {
    models
        .computeIfAbsent(result.model(), name -> new EnumMap<>(CaseKind.class))
        .merge(result.kind(), Tally.NONE.plus(result), (tally, first) -> tally.plus(result));
    total = total.plus(result);
    if (result.failed()) {
      failures.add(result);
    }
  }

  /** How the cases of one kind of a model went. */
  public Tally of(String model, CaseKind kind) {
    return models.getOrDefault(model, Map.of()).getOrDefault(kind, Tally.NONE);
  }

  /** How all cases of one kind went. */
  public Tally of(CaseKind kind) {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    double worst = Double.NaN;
    for (Map<CaseKind, Tally> kinds : models.values()) {
      Tally tally = kinds.getOrDefault(kind, Tally.NONE);
      passed += tally.passed();
      failed += tally.failed();
      skipped += tally.skipped();
      worst = Double.isNaN(worst) || tally.worst() > worst ? tally.worst() : worst;
    }
    return new Tally(passed, failed, skipped, worst);
  }

  /** Everything. */
  public Tally total() {
    return total;
  }

  /** Cases that failed, in the order in which they ran. */
  public List<CaseResult> failures() {
    return List.copyOf(failures);
  }

  /** The closing line. */
  public String summary() {
    return "%d passed, %d failed, %d skipped"
        .formatted(total.passed(), total.failed(), total.skipped());
  }
}
