package dev.lacuna.evaluation.measure;

/**
 * A canvas with masks whose tokens are known.
 *
 * <p>The arrays are never written after construction.
 *
 * @param tokens with masks, shape (length)
 * @param positions of the masks, ascending, shape (masks)
 * @param targets what stood there, shape (masks)
 */
public record MaskedCanvas(int[] tokens, int[] positions, int[] targets) {}
