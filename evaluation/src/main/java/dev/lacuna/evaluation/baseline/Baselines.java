package dev.lacuna.evaluation.baseline;

import dev.lacuna.evaluation.measure.Estimate;
import java.util.List;

/**
 * Figures of simple models of the same split, to stand beside a model's own.
 *
 * @param provenance what they were computed from
 * @param unigramNats nats per token of the unigram
 * @param trigramNats nats per token of the interpolated trigram, from the left
 * @param unigramAccuracy share of tokens that are the most frequent one
 * @param trigramAccuracy share of tokens that are the best one after the two before
 * @param neighboursAccuracy share of tokens that are the best one between their two neighbours
 */
public record Baselines(
    Provenance provenance,
    Estimate unigramNats,
    Estimate trigramNats,
    Estimate unigramAccuracy,
    Estimate trigramAccuracy,
    Estimate neighboursAccuracy) {

  /**
   * What baselines were computed from.
   *
   * @param trainDocuments documents counted
   * @param trainTokens their tokens, end tokens included
   * @param heldOutDocuments documents scored
   * @param heldOutTokens their tokens, end tokens included
   * @param insideTokens of these, tokens with two before and one after: those that the trigram and
   *     neighbours are scored on
   * @param split which texts and which tokens
   * @param command how to compute them again
   */
  public record Provenance(
      long trainDocuments,
      long trainTokens,
      long heldOutDocuments,
      long heldOutTokens,
      long insideTokens,
      Split split,
      String command) {}

  /**
   * Which texts and which tokens, by their files' SHA-256 in hexadecimal.
   *
   * @param documents the held-out file
   * @param tokenizer the model's tokenizer.json
   */
  public record Split(String documents, String tokenizer) {}

  /**
   * Counts and scores.
   *
   * @param train tokens of each training document, end token included
   * @param heldOut tokens of each held-out document, end token included
   * @param vocabulary ids lie below it
   */
  public static Baselines measure(
      List<int[]> train, List<int[]> heldOut, int vocabulary, Split split, String command) {
    NgramModel model = NgramModel.train(train, vocabulary);
    var unigram = model.unigramNats(heldOut);
    var trigram = model.trigramNats(heldOut);
    return new Baselines(
        new Provenance(
            train.size(),
            model.tokens(),
            heldOut.size(),
            unigram.tokens(),
            trigram.tokens(),
            split,
            command),
        unigram.perToken(),
        trigram.perToken(),
        model.unigramHits(heldOut).perToken(),
        model.trigramHits(heldOut).perToken(),
        model.neighbourHits(heldOut).perToken());
  }
}
