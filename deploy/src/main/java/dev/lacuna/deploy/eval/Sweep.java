package dev.lacuna.deploy.eval;

import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.UnmaskingOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
  private static final List<Float> THRESHOLDS = List.of(0.7f, 0.8f, 0.9f, 0.95f);

  private final long seed;

  /** With one seed for all runs, so that they differ in nothing else. */
  public Sweep(long seed) {
    this.seed = seed;
  }

  /** The base's settings. */
  public SamplingOverrides base() {
    return overrides(Optional.of(BASE_STEPS), BASE_ORDER, Optional.empty(), Optional.empty());
  }

  /** All rows, series by series. */
  public List<InfillSetting> settings() {
    List<InfillSetting> rows = new ArrayList<>();
    for (double share : SHARES) {
      for (int steps : STEPS) {
        rows.add(
            new InfillSetting(
                Varied.STEPS,
                Integer.toString(steps),
                share,
                overrides(Optional.of(steps), BASE_ORDER, Optional.empty(), Optional.empty())));
      }
    }
    for (UnmaskingOrder order : ORDERS) {
      rows.add(
          row(
              Varied.ORDER,
              order.wireName(),
              overrides(Optional.of(BASE_STEPS), order, Optional.empty(), Optional.empty())));
    }
    for (float scale : GUIDANCE) {
      Optional<Float> guidance = scale == 0 ? Optional.empty() : Optional.of(scale);
      rows.add(
          row(
              Varied.GUIDANCE,
              number(scale),
              overrides(Optional.of(BASE_STEPS), BASE_ORDER, guidance, Optional.empty())));
    }
    for (float threshold : THRESHOLDS) {
      rows.add(
          row(
              Varied.THRESHOLD,
              number(threshold),
              overrides(Optional.empty(), BASE_ORDER, Optional.empty(), Optional.of(threshold))));
    }
    return rows;
  }

  private static InfillSetting row(Varied varied, String value, SamplingOverrides overrides) {
    return new InfillSetting(varied, value, BASE_SHARE, overrides);
  }

  private SamplingOverrides overrides(
      Optional<Integer> steps,
      UnmaskingOrder order,
      Optional<Float> guidance,
      Optional<Float> threshold) {
    return new SamplingOverrides(
        steps,
        Optional.of(order.wireName()),
        Optional.of(0f),
        Optional.empty(),
        Optional.empty(),
        guidance,
        threshold,
        Optional.empty(),
        List.of(),
        Optional.of(seed));
  }

  private static String number(float value) {
    return value == (int) value
        ? Integer.toString((int) value)
        : String.format(Locale.ROOT, "%s", value);
  }
}
