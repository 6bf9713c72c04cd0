package dev.lacuna.evaluation.report;

import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The settings that are measured: a base, and series that each vary one thing of it.
 *
 * <p>Temperature 0 throughout: the question is which token comes back, and a draw from the
 * distribution would add noise to every answer alike.
 */
public final class Sweep {

  /** Shares of a text's tokens that are masked. */
  public static final List<Double> SHARES = List.of(0.15, 0.5);

  /** Share at which all but the steps are varied: where decisions matter. */
  public static final double BASE_SHARE = 0.5;

  /** Steps of the base. */
  public static final int BASE_STEPS = 16;

  /** Order of the base. */
  public static final UnmaskingOrder BASE_ORDER = UnmaskingOrder.CONFIDENCE;

  private static final List<Integer> STEPS = List.of(1, 2, 4, 8, 16, 32);
  private static final List<UnmaskingOrder> ORDERS =
      List.of(
          UnmaskingOrder.RANDOM,
          UnmaskingOrder.CONFIDENCE,
          UnmaskingOrder.MARGIN,
          UnmaskingOrder.ENTROPY);
  private static final List<Float> GUIDANCE = List.of(0f, 0.5f, 1f, 2f);
  private static final List<Float> THRESHOLDS = List.of(0.3f, 0.5f, 0.7f, 0.8f, 0.9f, 0.95f);

  private final ModelFacts facts;
  private final long seed;

  /** With one seed for all runs, so that they differ in nothing else. */
  public Sweep(ModelFacts facts, long seed) {
    this.facts = facts;
    this.seed = seed;
  }

  /** The base, for people. */
  public String description() {
    String order = facts.replacesTokens() ? "" : BASE_ORDER.wireName() + " order, ";
    return "temperature 0, %d steps, %sno guidance, no threshold".formatted(BASE_STEPS, order);
  }

  /** The base's settings. */
  public SamplingOverrides base() {
    return with(builder -> builder);
  }

  /** All rows, series by series. */
  public List<InfillSetting> settings() {
    List<InfillSetting> rows = new ArrayList<>();
    for (double share : SHARES) {
      for (int steps : STEPS) {
        SamplingOverrides overrides = with(base -> base.steps(steps));
        rows.add(new InfillSetting(Varied.STEPS, Integer.toString(steps), share, overrides));
      }
    }
    for (UnmaskingOrder order : ORDERS) {
      String name = order.wireName();
      rows.add(row(Varied.ORDER, name, base -> base.unmaskingOrder(name)));
    }
    for (float scale : GUIDANCE) {
      rows.add(row(Varied.GUIDANCE, number(scale), base -> base.guidanceScale(scale)));
    }
    for (float threshold : THRESHOLDS) {
      // It takes as many steps as it needs.
      rows.add(
          row(Varied.THRESHOLD, number(threshold), base -> base.steps(null).threshold(threshold)));
    }
    return rows;
  }

  private InfillSetting row(
      Varied varied, String value, UnaryOperator<SamplingOverrides.Builder> change) {
    return new InfillSetting(varied, value, BASE_SHARE, with(change));
  }

  private SamplingOverrides with(UnaryOperator<SamplingOverrides.Builder> change) {
    SamplingOverrides.Builder base =
        SamplingOverrides.builder().steps(BASE_STEPS).temperature(0f).topP(1f).seed(seed);
    if (!facts.replacesTokens()) {
      base.unmaskingOrder(BASE_ORDER.wireName());
    }
    return change.apply(base).build();
  }

  private static String number(float value) {
    return value == (int) value ? Integer.toString((int) value) : Float.toString(value);
  }
}
