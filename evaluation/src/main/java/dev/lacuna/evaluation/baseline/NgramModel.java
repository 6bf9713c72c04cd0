package dev.lacuna.evaluation.baseline;

import dev.lacuna.evaluation.baseline.NgramCounts.Context;
import dev.lacuna.evaluation.baseline.NgramCounts.Followers;
import dev.lacuna.evaluation.measure.DocumentSums;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/**
 * What counting alone predicts: the definitions of demo-model/baselines.py.
 *
 * <p>Documents end with the end token, which is counted and predicted like any other. Unigram
 * figures are over all tokens; those that look at neighbours over the third to the last but one,
 * where every context exists.
 *
 * <p>Threading: used by one thread.
 */
final class NgramModel {

  /** Weights of unigram, bigram and trigram in the interpolation. */
  private static final double[] WEIGHTS = {0.1, 0.35, 0.55};

  private final long[] unigrams; // (vocabulary)
  private final long tokens;
  private final int mostFrequent;
  private final NgramCounts oneLeft;
  private final NgramCounts twoLeft;
  private final NgramCounts neighbours;

  private NgramModel(long[] unigrams, List<int[]> documents) {
    this.unigrams = unigrams;
    long sum = 0;
    int best = 0;
    for (int id = 0; id < unigrams.length; id++) {
      sum += unigrams[id];
      best = unigrams[id] > unigrams[best] ? id : best;
    }
    this.tokens = sum;
    this.mostFrequent = best;
    this.oneLeft = NgramCounts.of(Context.ONE_LEFT, documents);
    this.twoLeft = NgramCounts.of(Context.TWO_LEFT, documents);
    this.neighbours = NgramCounts.of(Context.NEIGHBOURS, documents);
  }

  /**
   * Counts.
   *
   * @param documents tokens of each, end token included
   * @param vocabulary ids lie below it
   */
  static NgramModel train(List<int[]> documents, int vocabulary) {
    if (vocabulary > NgramCounts.ID_LIMIT) {
      throw new IllegalArgumentException(
          "a vocabulary of " + vocabulary + "; the limit is " + NgramCounts.ID_LIMIT);
    }
    long[] unigrams = new long[vocabulary];
    for (int[] document : documents) {
      for (int token : document) {
        unigrams[token]++;
      }
    }
    return new NgramModel(unigrams, documents);
  }

  /** Tokens counted. */
  long tokens() {
    return tokens;
  }

  /** Nats of the unigram with one added to each count. */
  DocumentSums unigramNats(List<int[]> documents) {
    return everywhere(documents, (document, i) -> -Math.log(unigram(document[i])));
  }

  /** Hits of the most frequent token. */
  DocumentSums unigramHits(List<int[]> documents) {
    return everywhere(documents, (document, i) -> document[i] == mostFrequent ? 1 : 0);
  }

  /** Nats of unigram, bigram and trigram interpolated. */
  DocumentSums trigramNats(List<int[]> documents) {
    return inside(
        documents,
        (document, i) ->
            -Math.log(
                WEIGHTS[0] * unigram(document[i])
                    + WEIGHTS[1] * share(oneLeft, document, i)
                    + WEIGHTS[2] * share(twoLeft, document, i)));
  }

  /** Hits of the best token after the two before, else after the one before. */
  DocumentSums trigramHits(List<int[]> documents) {
    return inside(documents, (document, i) -> document[i] == afterTwo(document, i) ? 1 : 0);
  }

  /** Hits of the best token between its two neighbours, else after the one before. */
  DocumentSums neighbourHits(List<int[]> documents) {
    return inside(documents, (document, i) -> document[i] == between(document, i) ? 1 : 0);
  }

  private double unigram(int token) {
    return (unigrams[token] + 1.0) / (tokens + unigrams.length);
  }

  private static double share(NgramCounts counts, int[] document, int i) {
    Followers followers = counts.followers(document, i);
    return followers.total() == 0 ? 0 : (double) counts.count(document, i) / followers.total();
  }

  private int afterTwo(int[] document, int i) {
    return bestOr(twoLeft.followers(document, i), document, i);
  }

  private int between(int[] document, int i) {
    return bestOr(neighbours.followers(document, i), document, i);
  }

  private int bestOr(Followers followers, int[] document, int i) {
    return followers.total() > 0 ? followers.best() : oneLeft.followers(document, i).best();
  }

  private static DocumentSums everywhere(
      List<int[]> documents, ToDoubleBiFunction<int[], Integer> value) {
    return sums(documents, 0, 0, value);
  }

  private static DocumentSums inside(
      List<int[]> documents, ToDoubleBiFunction<int[], Integer> value) {
    return sums(documents, 2, 1, value);
  }

  private static DocumentSums sums(
      List<int[]> documents,
      int skipFirst,
      int skipLast,
      ToDoubleBiFunction<int[], Integer> value) {
    double[] sums = new double[documents.size()];
    long[] counts = new long[documents.size()];
    for (int d = 0; d < sums.length; d++) {
      int[] document = documents.get(d);
      for (int i = skipFirst; i < document.length - skipLast; i++) {
        sums[d] += value.applyAsDouble(document, i);
        counts[d]++;
      }
    }
    return new DocumentSums(sums, counts);
  }
}
