package dev.lacuna.runtime.facts;

/**
 * A family is data: what the sampler, the planner and the engine need to know of a checkpoint.
 *
 * @param name name by which requests ask for the model
 * @param revision hash of the checkpoint's files and of what its user stated of them
 * @param family name of the family, for people; nothing is decided by it
 * @param vocabulary width of the logits
 * @param embeddings rows of the embedding: ids below it may stand on a canvas
 * @param tokens ids below it stand for a token; ids beyond are never proposed
 * @param special ids with a meaning of their own
 * @param canvasLimit longest canvas in tokens
 * @param conventions how the family was trained and is sampled
 * @param defaults settings of a request that names none
 * @param openVocabulary whether any id may be proposed, special ones and those that stand for no
 *     token too, as the published samplers do; only comparisons with them set it
 */
public record ModelFacts(
    String name,
    String revision,
    String family,
    int vocabulary,
    int embeddings,
    int tokens,
    SpecialTokens special,
    int canvasLimit,
    Conventions conventions,
    SamplingDefaults defaults,
    boolean openVocabulary) {

  /** Id of the mask, {@link SpecialTokens#NONE} where blanks start from noise. */
  public int maskToken() {
    return special.mask();
  }

  /** Id that ends a document, or {@link SpecialTokens#NONE}. */
  public int endToken() {
    return special.end();
  }

  /** Id for padding. */
  public int padToken() {
    return special.pad();
  }

  /** Whether position i is predicted from row i-1 of the logits. */
  public boolean shift() {
    return conventions.shift();
  }

  /**
   * Whether blanks start from noise, so that a step may replace a token that an earlier one put.
   */
  public boolean replacesTokens() {
    return conventions.noise() == Conventions.Noise.UNIFORM;
  }

  /** Whether nothing predicts position 0 of a canvas: it takes the token that stands there. */
  public boolean firstIsGiven() {
    return shift() && conventions.firstRow() == Conventions.FirstRow.GIVEN;
  }

  /**
   * The row of the logits that predicts a position; the first has no other row than its own.
   *
   * @param flatPosition {@code row × length + position}, as is the result
   * @param length padded length of every row of the batch
   */
  public long logitsRow(long flatPosition, int length) {
    return shift() && flatPosition % length != 0 ? flatPosition - 1 : flatPosition;
  }

  /** Whether a canvas that holds a whole document ends with the end token. */
  public boolean endsDocuments() {
    return conventions.endsDocuments() && special.hasEnd();
  }

  /** Whether an id may be the result of a step anywhere; the end token is decided by position. */
  public boolean mayPropose(int id) {
    if (openVocabulary) {
      return id >= 0 && id < vocabulary;
    }
    boolean onlyPads = id == padToken() && padToken() != endToken();
    boolean onlyStarts = id == special.start() && special.start() != endToken();
    return id >= 0
        && id < Math.min(tokens, vocabulary)
        && id != maskToken()
        && !onlyStarts
        && !onlyPads;
  }

  /**
   * Whether a proposal leaves its position masked, since it is the mask itself: so where a
   * published sampler takes for masked what holds the mask (SMDM, LLaDA, Dream). In serving nothing
   * proposes it.
   */
  public boolean staysMasked(int proposal) {
    return openVocabulary
        && proposal == maskToken()
        && conventions.noise() == Conventions.Noise.ABSORBING
        && conventions.firstRow() == Conventions.FirstRow.OWN;
  }

  /** These facts with the rules of the published samplers: nothing is held back. */
  public ModelFacts asPublished() {
    return new ModelFacts(
        name,
        revision,
        family,
        vocabulary,
        embeddings,
        tokens,
        new SpecialTokens(special.mask(), SpecialTokens.NONE, SpecialTokens.NONE, special.pad()),
        canvasLimit,
        conventions,
        defaults,
        true);
  }
}
