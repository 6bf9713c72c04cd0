package dev.lacuna.runtime.facts;

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

  /** The same for a family whose documents end with no token of their own. */
  public static ModelFacts endless(int canvasLimit) {
    return with(
        chars(canvasLimit),
        SpecialTokens.NONE,
        new Conventions(
            false, Conventions.FirstRow.OWN, Conventions.Noise.ABSORBING, false, 0f, false));
  }

  /** A model with another start token and other conventions. */
  public static ModelFacts with(ModelFacts facts, int start, Conventions conventions) {
    return with(
        facts,
        new SpecialTokens(
            facts.special().mask(), start, facts.special().end(), facts.special().pad()),
        conventions);
  }

  /** A family without a mask, whose blanks start from noise. */
  public static ModelFacts noisy(int canvasLimit) {
    return with(
        chars(canvasLimit),
        new SpecialTokens(SpecialTokens.NONE, SpecialTokens.NONE, SpecialTokens.NONE, PAD),
        new Conventions(
            false, Conventions.FirstRow.OWN, Conventions.Noise.UNIFORM, false, 0f, false));
  }

  private static ModelFacts with(ModelFacts facts, SpecialTokens special, Conventions conventions) {
    return new ModelFacts(
        facts.name(),
        facts.revision(),
        facts.family(),
        facts.vocabulary(),
        facts.embeddings(),
        facts.tokens(),
        special,
        facts.canvasLimit(),
        conventions,
        facts.defaults(),
        false);
  }

  /** A model with a vocabulary of this size. */
  public static ModelFacts named(String name, int canvasLimit, int tokens) {
    return of(name, "revision", tokens + 8, tokens, canvasLimit, 16);
  }

  /** A model whose blanks start from random tokens. */
  public static ModelFacts noisy(String name, int canvasLimit, int tokens) {
    ModelFacts facts = named(name, canvasLimit, tokens);
    return new ModelFacts(
        facts.name(),
        facts.revision(),
        facts.family(),
        facts.vocabulary(),
        facts.embeddings(),
        facts.tokens(),
        new SpecialTokens(SpecialTokens.NONE, SpecialTokens.NONE, END, PAD),
        canvasLimit,
        new Conventions(
            false, Conventions.FirstRow.OWN, Conventions.Noise.UNIFORM, true, 0f, false),
        facts.defaults(),
        false);
  }

  /** A family without shift whose documents end with the end token. */
  public static ModelFacts of(
      String name, String revision, int vocabulary, int tokens, int canvasLimit, int steps) {
    return new ModelFacts(
        name,
        revision,
        "llama",
        vocabulary,
        vocabulary,
        tokens,
        new SpecialTokens(MASK, SpecialTokens.NONE, END, PAD),
        canvasLimit,
        Conventions.PLAIN,
        SamplingDefaults.plain(steps),
        false);
  }
}
