package dev.lacuna.runtime.engine.cost;

import dev.lacuna.runtime.engine.api.StepCost;
import java.util.List;

/**
 * What a forward pass was measured to cost at some batch sizes; between them costs are
 * interpolated, beyond the last they grow in proportion.
 *
 * @param length tokens of the rows of {@link #points}; where they were shorter, their attention is
 *     neglected
 * @param points by tokens, ascending, at least one; all positions proposed for
 * @param attentionLength length in tokens at which attention, which grows with the square of the
 *     length, costs as much as all the rest; {@link Double#POSITIVE_INFINITY} where it never showed
 * @param positionMicros what one position less to propose for saves, at least 0
 */
public record CostCurve(
    int length, List<Point> points, double attentionLength, double positionMicros)
    implements StepCost {

  /** Share of a forward pass that sampling can't be more than. */
  private static final double SAMPLING_SHARE_MAX = 0.9;

  /**
   * One measured batch.
   *
   * @param tokens rows × length
   * @param micros time of the forward pass
   */
  public record Point(double tokens, double micros) {}

  /** Checks the points and copies them. */
  public CostCurve {
    points = List.copyOf(points);
    double before = 0;
    for (Point point : points) {
      if (!(point.tokens() > before && point.micros() > 0)) {
        throw new IllegalArgumentException(
            "cost curve with " + point + "; tokens must ascend, times be above 0");
      }
      before = point.tokens();
    }
    if (points.isEmpty() || length < 1 || !(attentionLength > 0) || !(positionMicros >= 0)) {
      throw new IllegalArgumentException(
          "cost curve without points, or with length %d, attentionLength %s, positionMicros %s"
              .formatted(length, attentionLength, positionMicros));
    }
  }

  @Override
  public double micros(int rows, int canvasLength, int positions) {
    double cells = (double) rows * canvasLength;
    double all = at(cells * (1 + canvasLength / attentionLength) / (1 + length / attentionLength));
    double saved = Math.max(0, cells - positions) * positionMicros;
    return Math.max(all - saved, (1 - SAMPLING_SHARE_MAX) * all);
  }

  /** Time of as many tokens in rows of {@link #length}. */
  private double at(double tokens) {
    Point before = points.get(0);
    if (tokens <= before.tokens()) {
      return before.micros();
    }
    for (int i = 1; i < points.size(); i++) {
      Point after = points.get(i);
      if (tokens <= after.tokens()) {
        double share = (tokens - before.tokens()) / (after.tokens() - before.tokens());
        return before.micros() + share * (after.micros() - before.micros());
      }
      before = after;
    }
    return before.micros() * tokens / before.tokens();
  }
}
