package dev.lacuna.runtime.engine.cost;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.engine.schedule.Shape;
import dev.lacuna.runtime.facts.ModelFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a forward pass on some shapes before it serves, which warms it up and shows what its shapes
 * cost: at first ever longer canvases, then ever more of them, until a row gets no cheaper or the
 * time is up.
 *
 * <p>Threading: used by one thread, which owns the forward pass meanwhile.
 */
public final class CostProbe {

  /** Canvas length of the batches, in tokens, unless the model's are shorter. */
  private static final int LENGTH = 256;

  private static final int SHORTEST = 32;
  private static final int REPETITIONS = 3;

  /** A device is saturated if twice the rows gain less than this. */
  private static final double GAIN_MIN = 0.95;

  /** Length of canvases in which attention shows, in tokens. */
  private static final int LONG = 1024;

  private static final Logger log = LoggerFactory.getLogger(CostProbe.class);

  private final ModelFacts facts;
  private final ForwardPass pass;
  private final int rowsMax;
  private final LongSupplier nanos;
  private final long endNanos;
  private StepBatch batch = new StepBatch(1, 1);
  private boolean succeeded; // at least once
  private boolean failed;

  private CostProbe(
      ModelFacts facts, ForwardPass pass, int rowsMax, Duration budget, LongSupplier nanos) {
    this.facts = facts;
    this.pass = pass;
    this.rowsMax = rowsMax;
    this.nanos = nanos;
    this.endNanos = nanos.getAsLong() + budget.toNanos();
  }

  /**
   * Measures a model.
   *
   * @param rowsMax rows of a batch at most: larger ones will never run, and would take memory that
   *     the runtime keeps; {@link EngineOptions#AUTO} for no bound
   * @param budget no further shape is tried after this time; the first always is
   * @param nanos a monotonic clock
   * @throws RuntimeException of the forward pass, if it fails on the first and smallest shape
   */
  public static CostCurve measure(
      ModelFacts facts, ForwardPass pass, int rowsMax, Duration budget, LongSupplier nanos) {
    int most = rowsMax == EngineOptions.AUTO ? EngineOptions.SLOTS_MAX : rowsMax;
    return new CostProbe(facts, pass, most, budget, nanos).measure();
  }

  private CostCurve measure() {
    int length = Math.min(LENGTH, facts.canvasLimit());
    List<CostCurve.Point> points = new ArrayList<>();
    for (int shorter = Math.min(SHORTEST, length); shorter < length; shorter *= 2) {
      if (goesOn(points)) {
        add(points, 1, shorter);
      }
    }
    int most = Math.max(1, Math.min(rowsMax, Shape.CELLS_MAX / length));
    double cheapest = Double.POSITIVE_INFINITY;
    boolean saturated = false;
    for (int tried = 1; tried <= most && !saturated && goesOn(points); tried *= 2) {
      if (add(points, tried, length)) {
        double each = points.get(points.size() - 1).micros() / tried;
        saturated = each > GAIN_MIN * cheapest;
        cheapest = Math.min(cheapest, each);
      }
    }
    double last = points.get(points.size() - 1).micros();
    int rows = (int) points.get(points.size() - 1).tokens() / length;
    boolean whole = rows > 0;
    return new CostCurve(
        length,
        ascending(points),
        whole ? attentionLength(rows, length, last) : Double.POSITIVE_INFINITY,
        whole ? positionMicros(rows, length, last) : 0);
  }

  /** A larger batch that seemed to take less time took as long: noise must not decide. */
  private static List<CostCurve.Point> ascending(List<CostCurve.Point> points) {
    List<CostCurve.Point> ascending = new ArrayList<>();
    double most = 0;
    for (CostCurve.Point point : points) {
      most = Math.max(most, point.micros());
      ascending.add(new CostCurve.Point(point.tokens(), most));
    }
    return ascending;
  }

  /** Measures a batch with all positions proposed for; false if it failed. */
  private boolean add(List<CostCurve.Point> points, int rows, int length) {
    double micros = micros(rows, length, rows * length);
    if (failed) {
      return false;
    }
    points.add(new CostCurve.Point((double) rows * length, micros));
    return true;
  }

  private boolean goesOn(List<CostCurve.Point> points) {
    return points.isEmpty() || !isOver();
  }

  private boolean isOver() {
    return failed || nanos.getAsLong() >= endNanos;
  }

  /**
   * From the same number of tokens in longer, else in shorter rows: with a the length sought, times
   * are in proportion to 1 + length ÷ a.
   */
  private double attentionLength(int rows, int length, double micros) {
    boolean longer = facts.canvasLimit() >= LONG && rows * length >= LONG;
    int other = longer ? LONG : length / 4;
    int otherRows = rows * length / Math.max(1, other);
    if (other < 1 || otherRows * other != rows * length || isOver()) {
      return Double.POSITIVE_INFINITY;
    }
    double otherMicros = micros(otherRows, other, rows * length); // NaN makes found NaN
    double found = (micros * other - otherMicros * length) / (otherMicros - micros);
    return found > 0 ? found : Double.POSITIVE_INFINITY;
  }

  private double positionMicros(int rows, int length, double micros) {
    int few = Math.max(1, rows * length / 8);
    if (few == rows * length || isOver()) {
      return 0;
    }
    double fewMicros = micros(rows, length, few);
    return failed ? 0 : Math.max(0, (micros - fewMicros) / (rows * length - few));
  }

  /**
   * Time of a batch, NaN if it failed. A batch after a smaller one may be too much for the device's
   * memory: then it is the last that is tried, and no reason not to serve.
   */
  private double micros(int rows, int length, int positions) {
    try {
      double micros = shortestMicros(rows, length, positions);
      succeeded = true;
      return micros;
    } catch (RuntimeException e) {
      if (!succeeded) {
        throw e;
      }
      log.warn("a batch failed, no larger one is measured rows={} length={}", rows, length, e);
      failed = true;
      return Double.NaN;
    }
  }

  /** The shortest of some repetitions: what disturbs a machine only adds. */
  private double shortestMicros(int rows, int length, int positions) {
    fill(rows, length, positions);
    long least = Long.MAX_VALUE;
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      long begun = nanos.getAsLong();
      pass.run(batch);
      least = Math.min(least, nanos.getAsLong() - begun);
      if (nanos.getAsLong() >= endNanos) {
        break;
      }
    }
    return Math.max(1, least / 1e3);
  }

  private void fill(int rows, int length, int positions) {
    int cells = rows * length;
    if (batch.tokens.length < cells || batch.rowLengths.length < rows) {
      batch = new StepBatch(rows, length);
    }
    batch.clear(length);
    batch.rows = rows;
    batch.positions = positions;
    Arrays.fill(batch.tokens, 0, cells, facts.special().hasMask() ? facts.maskToken() : 0);
    Arrays.fill(batch.rowLengths, 0, rows, length);
    for (int i = 0; i < positions; i++) {
      batch.flatPositions[i] = (long) i * cells / positions;
      batch.uniforms[i] = 0.5f;
      batch.temperatures[i] = 1f;
      batch.topP[i] = 1f;
      batch.topK[i] = 0;
      batch.endAllowed[i] = false;
    }
  }
}
