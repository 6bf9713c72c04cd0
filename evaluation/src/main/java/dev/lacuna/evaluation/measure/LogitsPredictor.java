package dev.lacuna.evaluation.measure;

import dev.lacuna.runtime.facts.Conventions.FirstRow;
import dev.lacuna.runtime.facts.ModelFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scores masks by the logits of a model, as it would be served: ids that serving never proposes
 * have no probability.
 *
 * <p>Threading: used by one thread.
 */
public final class LogitsPredictor implements MaskedPredictor {

  /** Logits held at once: 64 MiB of floats. */
  private static final int LOGITS_MAX = 16 << 20;

  /** Padded tokens of a forward pass, at most; one canvas always fits. */
  private static final int CELLS_MAX = 4096;

  private final RowLogits model;
  private final ModelFacts facts;
  private final boolean[] allowed; // (vocabulary)
  private final int positionsMax;

  /** A forward pass without a sampling head: {@code LogitsPass::run}. */
  @FunctionalInterface
  public interface RowLogits {

    /**
     * Logits of some rows of a batch of canvases, padded at their ends.
     *
     * @param ids token ids, shape (rows, length)
     * @param rowLengths tokens of each row, shape (rows)
     * @param positions {@code row × length + position}, shape (positions)
     * @return row-major, shape (positions, vocabulary)
     */
    float[] run(long[] ids, int rows, int length, int[] rowLengths, long[] positions);
  }

  /** Scores with one model. */
  public LogitsPredictor(RowLogits model, ModelFacts facts) {
    this.model = model;
    this.facts = facts;
    this.allowed = new boolean[facts.vocabulary()];
    for (int id = 0; id < allowed.length; id++) {
      allowed[id] = facts.mayPropose(id) || id == facts.endToken();
    }
    this.positionsMax = Math.max(1, LOGITS_MAX / facts.vocabulary());
  }

  /** Some positions of one canvas, from one forward pass. */
  private record Part(int canvas, int from, int to) {}

  @Override
  public List<Scores> score(List<MaskedCanvas> canvases) {
    List<Scores> scores = new ArrayList<>();
    for (MaskedCanvas canvas : canvases) {
      int masks = canvas.positions().length;
      scores.add(new Scores(new double[masks], new int[masks]));
    }
    List<Part> batch = new ArrayList<>();
    int positions = 0;
    for (Part part : parts(canvases)) {
      int length = canvases.get(part.canvas()).tokens().length; // ascending: the batch's longest
      int masks = part.to() - part.from();
      boolean full =
          positions + masks > positionsMax || (batch.size() + 1) * (long) length > CELLS_MAX;
      if (full && !batch.isEmpty()) {
        run(canvases, batch, scores);
        batch.clear();
        positions = 0;
      }
      batch.add(part);
      positions += masks;
    }
    if (!batch.isEmpty()) {
      run(canvases, batch, scores);
    }
    return scores;
  }

  /** Canvases from short to long, so that little is padded; none without masks. */
  private List<Part> parts(List<MaskedCanvas> canvases) {
    List<Part> parts = new ArrayList<>();
    IntStream.range(0, canvases.size())
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> canvases.get(i).tokens().length))
        .forEach(
            i -> {
              int masks = canvases.get(i).positions().length;
              for (int from = 0; from < masks; from += positionsMax) {
                parts.add(new Part(i, from, Math.min(masks, from + positionsMax)));
              }
            });
    return parts;
  }

  private void run(List<MaskedCanvas> canvases, List<Part> batch, List<Scores> scores) {
    int length = canvases.get(batch.get(batch.size() - 1).canvas()).tokens().length;
    int count = batch.stream().mapToInt(part -> part.to() - part.from()).sum();
    long[] ids = new long[batch.size() * length];
    int[] rowLengths = new int[batch.size()];
    long[] positions = new long[count];
    int next = 0;
    for (int row = 0; row < batch.size(); row++) {
      Part part = batch.get(row);
      int[] tokens = canvases.get(part.canvas()).tokens();
      for (int i = 0; i < length; i++) {
        ids[row * length + i] = i < tokens.length ? tokens[i] : facts.padToken();
      }
      rowLengths[row] = tokens.length;
      for (int mask = part.from(); mask < part.to(); mask++) {
        int position = canvases.get(part.canvas()).positions()[mask];
        positions[next++] = (long) row * length + rowOf(position);
      }
    }
    float[] logits = model.run(ids, batch.size(), length, rowLengths, positions);
    next = 0;
    for (Part part : batch) {
      for (int mask = part.from(); mask < part.to(); mask++) {
        int target = canvases.get(part.canvas()).targets()[mask];
        read(logits, next * facts.vocabulary(), target, scores.get(part.canvas()), mask);
        next++;
      }
    }
  }

  /** Row of the logits that predicts a position. */
  private int rowOf(int position) {
    if (!facts.shift()) {
      return position;
    }
    if (position == 0 && facts.conventions().firstRow() == FirstRow.GIVEN) {
      throw new IllegalArgumentException("position 0 is given, never predicted");
    }
    return Math.max(0, position - 1);
  }

  /** Log-softmax over the allowed ids, and the best of those that may stand inside a text. */
  private void read(float[] logits, int start, int target, Scores scores, int mask) {
    int best = -1;
    float top = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < allowed.length; id++) {
      if (allowed[id]) {
        float logit = logits[start + id];
        top = Math.max(top, logit);
        if (id != facts.endToken() && (best < 0 || logit > logits[start + best])) {
          best = id;
        }
      }
    }
    double sum = 0;
    for (int id = 0; id < allowed.length; id++) {
      if (allowed[id]) {
        sum += Math.exp(logits[start + id] - top);
      }
    }
    boolean possible = target >= 0 && target < allowed.length && allowed[target];
    scores.logProbabilities()[mask] =
        possible ? logits[start + target] - top - Math.log(sum) : Double.NEGATIVE_INFINITY;
    scores.best()[mask] = best;
  }
}
