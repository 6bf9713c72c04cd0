package dev.lacuna.evaluation.conformance;

import java.util.Locale;

/** What a case compares. */
public enum CaseKind {
  /** Raw logits of one canvas. */
  LOGITS,
  /** A whole sampling run, step by step. */
  TRAJECTORY,
  /** Tokens drawn from one distribution. */
  DISTRIBUTION,
  /** One text, encoded and decoded. */
  TOKENIZER;

  /** The name in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
