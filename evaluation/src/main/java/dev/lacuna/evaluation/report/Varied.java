package dev.lacuna.evaluation.report;

/** What a series of runs varies. */
public enum Varied {
  /** Denoising steps. */
  STEPS("steps"),
  /** Which masks are unmasked first. */
  ORDER("unmasking order"),
  /** Weight of classifier-free guidance. */
  GUIDANCE("guidance scale"),
  /** Confidence from which masks are unmasked at once. */
  THRESHOLD("threshold");

  private final String label;

  Varied(String label) {
    this.label = label;
  }

  /** Name for people. */
  public String label() {
    return label;
  }
}
