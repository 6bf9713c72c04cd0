package dev.lacuna.runtime;

/**
 * A family is data: what the sampler, the planner and the engine need to know of a checkpoint.
 *
 * @param name name by which requests ask for the model
 * @param revision hash of the checkpoint's files
 * @param vocabulary width of the logits
 * @param tokens ids that stand for a token; ids beyond are never proposed
 * @param maskToken id of the mask; never proposed
 * @param endToken id that ends a document
 * @param padToken id for padding; never proposed; equal to endToken where the family has none
 * @param canvasLimit longest canvas in tokens
 * @param shift whether position i is predicted from row i-1 of the logits
 * @param endsDocuments whether a canvas that holds a whole document ends with the end token, as in
 *     training
 * @param defaultSteps steps of a request that names none
 */
public record ModelFacts(
    String name,
    String revision,
    int vocabulary,
    int tokens,
    int maskToken,
    int endToken,
    int padToken,
    int canvasLimit,
    boolean shift,
    boolean endsDocuments,
    int defaultSteps) {}
