package dev.lacuna.evaluation.conformance;

import dev.lacuna.evaluation.conformance.CaseResult.Outcome;

/**
 * One comparison, not run yet.
 *
 * @param kind what it compares
 * @param name unique among those of its model and kind
 * @param body runs it; may throw for anything that makes the comparison impossible
 */
record ConformanceCase(CaseKind kind, String name, Body body) {

  /** Runs a comparison. */
  interface Body {

    /** Notes what it finds. */
    void run(Finding finding) throws Exception;
  }

  /** A case that can't be run, because its file can't be read. */
  static ConformanceCase unreadable(CaseKind kind, String name, RuntimeException why) {
    return new ConformanceCase(kind, name, finding -> finding.mismatch(why.getMessage()));
  }

  CaseResult run(String model) {
    Finding finding = new Finding();
    try {
      body.run(finding);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (Exception e) {
      finding.mismatch(explainsItself(e) ? e.getMessage() : e.toString());
    }
    Outcome outcome =
        finding.mismatch().isPresent()
            ? Outcome.FAILED
            : finding.skipped().isPresent() ? Outcome.SKIPPED : Outcome.PASSED;
    String reason = finding.mismatch().or(finding::skipped).orElse("");
    return new CaseResult(model, kind, name, outcome, finding.worst(), reason);
  }

  /** Of exceptions that are none of ours the class says something too. */
  private static boolean explainsItself(Exception e) {
    boolean ours =
        e instanceof IllegalArgumentException
            || e instanceof IllegalStateException
            || e.getClass().getName().startsWith("dev.lacuna.");
    return ours && e.getMessage() != null;
  }
}
