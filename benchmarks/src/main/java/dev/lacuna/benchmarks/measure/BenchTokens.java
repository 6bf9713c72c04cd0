package dev.lacuna.benchmarks.measure;

import dev.lacuna.evaluation.baseline.HeldOutFile;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.text.TextCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What stands on a benchmark's canvases: the tokens of held-out texts one after another, or random
 * ones. How fast some samplers are depends on what the model predicts, and so on the text.
 *
 * @param tokens at least one
 */
public record BenchTokens(int[] tokens) {

  /** Random tokens of a vocabulary; many enough that rows differ. */
  private static final int RANDOM_TOKENS = 1 << 16;

  /** Tokens of all texts of a file. */
  public static Checked<BenchTokens> of(Path documents, TextCodec codec) {
    return HeldOutFile.read(documents)
        .then(
            texts -> {
              int[] all = texts.stream().flatMapToInt(t -> IntStream.of(codec.encode(t))).toArray();
              return all.length == 0
                  ? Checked.refused(
                      "INVALID_FILE", "documents", documents + " holds no token; name another file")
                  : Checked.valid(new BenchTokens(all));
            });
  }

  /** Random tokens that a model may propose. */
  public static BenchTokens random(ModelFacts facts) {
    int[] ids = IntStream.range(0, facts.vocabulary()).filter(facts::mayPropose).toArray();
    Random random = new Random(1);
    return new BenchTokens(
        IntStream.generate(() -> ids[random.nextInt(ids.length)]).limit(RANDOM_TOKENS).toArray());
  }

  /** Canvases of a length, one behind another; from the beginning again where the text ends. */
  public List<int[]> canvases(int rows, int length) {
    List<int[]> canvases = new ArrayList<>();
    int at = 0;
    for (int row = 0; row < rows; row++) {
      int[] canvas = new int[length];
      for (int i = 0; i < length; i++) {
        canvas[i] = tokens[at % tokens.length];
        at++;
      }
      canvases.add(canvas);
    }
    return canvases;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BenchTokens that && Arrays.equals(tokens, that.tokens);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tokens);
  }
}
