package dev.lacuna.evaluation;

import dev.lacuna.evaluation.measure.EvaluationCanvas;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.text.TextCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;

/**
 * Held-out texts as tokens, and which of them are measured.
 *
 * @param texts tokens of each text, without special ones
 * @param order numbers of the texts in the order in which they are chosen: few are the first of
 *     many, so that a longer measurement contains a shorter one
 */
record EvalCorpus(List<int[]> texts, List<Integer> order) {

  static EvalCorpus of(List<String> texts, TextCodec codec, long seed, IntConsumer done) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      order.add(i);
    }
    // In the order of the file neighbours are alike: packages of one source share their words.
    Collections.shuffle(order, new Random(seed));
    return new EvalCorpus(encode(texts, codec, done), order);
  }

  /** Tokens of texts. */
  static List<int[]> encode(List<String> texts, TextCodec codec, IntConsumer done) {
    List<int[]> tokens = new ArrayList<>(texts.size());
    for (String text : texts) {
      tokens.add(codec.encode(text));
      done.accept(tokens.size());
    }
    return tokens;
  }

  /** The chosen documents on canvases, in the order of the file. */
  List<EvaluationCanvas> chosen(int limit, ModelFacts facts) {
    return order.stream()
        .limit(limit)
        .map(i -> EvaluationCanvas.of(i, texts.get(i), facts))
        .sorted(Comparator.comparing(EvaluationCanvas::document))
        .toList();
  }

  /**
   * All texts with a token that ends them, as baselines count them.
   *
   * @param endToken any id that no text holds
   */
  List<int[]> ended(int endToken) {
    return ended(texts, endToken);
  }

  static List<int[]> ended(List<int[]> texts, int endToken) {
    List<int[]> ended = new ArrayList<>(texts.size());
    for (int[] text : texts) {
      int[] longer = Arrays.copyOf(text, text.length + 1);
      longer[text.length] = endToken;
      ended.add(longer);
    }
    return ended;
  }
}
