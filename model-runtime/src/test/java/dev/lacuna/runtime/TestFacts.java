package dev.lacuna.runtime;

/** Facts of made-up models. */
public final class TestFacts {

  /** Padding, end and mask token of every made-up model, as in the demo tokenizer. */
  public static final int PAD = 0;

  public static final int END = 1;
  public static final int MASK = 2;

  private TestFacts() {}

  /** A model whose every char is a token, see {@code CharCodec}. */
  public static ModelFacts chars(int canvasLimit) {
    return named("chars", canvasLimit, 0x10000 + 16);
  }

  /** A model with a vocabulary of this size. */
  public static ModelFacts named(String name, int canvasLimit, int tokens) {
    return new ModelFacts(
        name, "revision", tokens + 8, tokens, MASK, END, PAD, canvasLimit, false, true, 16);
  }
}
