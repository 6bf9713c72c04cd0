package dev.lacuna.runtime.facts;

/**
 * Ids with a meaning of their own.
 *
 * @param mask id of the mask; {@link #NONE} where blanks start from noise. It may lie beyond the
 *     logits (SMDM)
 * @param start id that stands before a document's first token; {@link #NONE} for none
 * @param end id that ends a document; {@link #NONE} if nothing does
 * @param pad id for padding; equal to end where the family has none, and 0 where it has neither
 */
public record SpecialTokens(int mask, int start, int end, int pad) {

  /** There is no such token. */
  public static final int NONE = -1;

  /** Whether blanks are filled with a mask before the first step. */
  public boolean hasMask() {
    return mask != NONE;
  }

  /** Whether documents begin with a token of their own. */
  public boolean hasStart() {
    return start != NONE;
  }

  /** Whether a token ends documents. */
  public boolean hasEnd() {
    return end != NONE;
  }
}
