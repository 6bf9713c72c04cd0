package dev.lacuna.runtime.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.cost.CostCurve;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Flows share the device's time by their weights. */
class FairnessTest {

  private static final int LIMIT = 512;
  private static final StepCost BUSY = (rows, length, positions) -> 500 + rows * length;

  @Provide
  static Arbitrary<StepCost> costs() {
    return Arbitraries.of(
        StepCost.UNMEASURED,
        StepCost.FLAT,
        BUSY,
        (rows, length, positions) -> Math.max(2000, rows * length * (1 + length / 256.0)),
        new CostCurve(
            256, List.of(new CostCurve.Point(64, 5), new CostCurve.Point(512, 20)), 700, 0.01));
  }

  private static FairnessLoad load(
      StepCost cost, int slots, Map<String, Double> weights, long seed) {
    return new FairnessLoad(
        cost, EngineOptions.DEFAULT.withSlots(slots).withWeights(weights), seed);
  }

  @Property(tries = 150)
  void shouldShareTheTimeByWeightWhateverLengthsAndSizesFlowsHaveABacklogOf(
      @ForAll("costs") StepCost cost,
      @ForAll @IntRange(min = 0, max = 16) int slots,
      @ForAll @IntRange(min = 2, max = 5) int flows,
      @ForAll long seed) {
    Random random = new Random(seed);
    Map<String, Double> weights = new HashMap<>();
    double sum = 0;
    for (int flow = 0; flow < flows; flow++) {
      double weight = 0.5 + 7.5 * random.nextDouble();
      weights.put("flow" + flow, weight);
      sum += weight;
    }
    FairnessLoad load = load(cost, slots, weights, seed);
    Map<String, Integer> backlogs = new HashMap<>();
    weights.keySet().forEach(flow -> backlogs.put(flow, 5 + random.nextInt(60)));
    for (int pass = 0; pass < 3000; pass++) {
      backlogs.forEach((flow, runs) -> load.fillUp(flow, runs, 1 + random.nextInt(8)));
      load.step();
    }
    double paid = weights.keySet().stream().mapToDouble(load::micros).sum();
    assertThat(paid).isCloseTo(load.micros(), within(1e-6 * load.micros()));
    for (Map.Entry<String, Double> flow : weights.entrySet()) {
      double share = load.micros(flow.getKey()) / load.micros();
      assertThat(share).isCloseTo(flow.getValue() / sum, within(0.02));
    }
  }

  @Property(tries = 50)
  void shouldGiveRowsByWeightWhereEveryRowCostsTheSame(
      @ForAll @IntRange(min = 1, max = 16) int slots,
      @ForAll @IntRange(min = 1, max = 9) int weight,
      @ForAll long seed) {
    Map<String, Double> weights = Map.of("heavy", (double) weight);
    FairnessLoad load = load(StepCost.UNMEASURED, slots, weights, seed);
    for (int pass = 0; pass < 2000; pass++) {
      load.fill("heavy", 40, 64, 3);
      load.fill("light", 40, 64, 5);
      load.step();
    }
    double share = (double) load.rows("heavy") / (load.rows("heavy") + load.rows("light"));
    assertThat(share).isCloseTo(weight / (weight + 1.0), within(0.02));
  }

  @Property(tries = 100)
  void shouldServeASmallFlowWithinABoundThatTheBulkCantMove(
      @ForAll("costs") StepCost cost,
      @ForAll @IntRange(min = 0, max = 16) int slots,
      @ForAll @IntRange(min = 1, max = 3000) int bulk,
      @ForAll @IntRange(min = 1, max = 10) int steps,
      @ForAll long seed) {
    FairnessLoad load = load(cost, slots, Map.of(), seed);
    load.fill("bulk", bulk, 64, 7);
    for (int pass = 0; pass < 50; pass++) {
      load.fill("bulk", bulk, 64, 7);
      load.step();
    }
    double began = load.micros();
    load.fill("small", 1, 64, steps);
    while (load.live("small") > 0) {
      load.fill("bulk", bulk, 64, 7);
      load.step();
    }
    double alone = cost.microsHalfMasked(1, 64);
    double longest = load.longestMicros();
    // Half of the time is its own; those out of turn lengthen it by a twentieth at most.
    assertThat(load.micros() - began).isLessThanOrEqualTo(1.05 * 2 * steps * alone + 3 * longest);
  }

  @Property(tries = 100)
  void shouldLeaveNoTimeUnusedWhenAFlowIsIdle(
      @ForAll("costs") StepCost cost,
      @ForAll @IntRange(min = 0, max = 16) int slots,
      @ForAll long seed) {
    Map<String, Double> weights = Map.of("idle", 1000.0, "busy", 0.001);
    FairnessLoad shared = load(cost, slots, weights, seed);
    shared.fill("idle", 5, 64, 2);
    while (shared.live("idle") > 0) {
      shared.step();
    }
    FairnessLoad only = load(cost, slots, Map.of(), seed);
    for (int pass = 0; pass < 30; pass++) {
      shared.fill("busy", 40, 64, 3);
      only.fill("busy", 40, 64, 3);
      assertThat(shared.step()).isEqualTo(only.step()).isPositive();
    }
  }

  @Test
  void shouldNotLetAFlowSaveUpTimeWhileItIsIdle() {
    FairnessLoad load = load(BUSY, 8, Map.of(), 1);
    load.fill("late", 1, 64, 1);
    for (int pass = 0; pass < 1000; pass++) {
      load.fill("busy", 30, 64, 5);
      load.step();
    }
    double before = load.micros();
    double lateBefore = load.micros("late");
    for (int pass = 0; pass < 200; pass++) {
      load.fill("busy", 30, 64, 5);
      load.fill("late", 30, 64, 5);
      load.step();
    }
    assertThat((load.micros("late") - lateBefore) / (load.micros() - before))
        .isCloseTo(0.5, within(0.02));
  }

  @Test
  void shouldNotLetAFlowForgetWhatItTookByLeavingForAMoment() {
    FairnessLoad load = load(BUSY, 8, Map.of("busy", 9.0), 1);
    for (int pass = 0; pass < 2000; pass++) {
      load.fill("busy", 30, 64, 5);
      if (load.live("hasty") == 0) {
        load.fill("hasty", 8, 64, 1);
      }
      load.step();
    }
    assertThat(load.micros("hasty") / load.micros()).isLessThan(0.12);
  }

  @Test
  void shouldServeFlowsBeforePriorities() {
    FairnessLoad load = load(BUSY, 8, Map.of(), 1);
    for (int pass = 0; pass < 500; pass++) {
      load.fill("meek", 20, 64, 4, -100);
      load.fill("urgent", 20, 64, 4, 100);
      load.step();
    }
    assertThat(load.micros("meek") / load.micros()).isCloseTo(0.5, within(0.02));
  }

  @Test
  void shouldServeABulkFlowBesideAStreamOfRequestsThatAreAFlowEach() {
    FairnessLoad load = load(BUSY, 1, Map.of(), 1);
    int flow = 0;
    for (int pass = 0; pass < 4000; pass++) {
      load.fill("bulk", 10, 64, 5);
      while (load.size() < 15) { // five of them at any time
        load.fill("flow" + flow++, 1, 64, 1);
      }
      load.step();
    }
    assertThat(load.micros("bulk") / load.micros()).isBetween(0.12, 0.25);
  }

  @Test
  void shouldRememberFewFlowsWhenEveryRequestIsOne() {
    FairnessLoad load = load(BUSY, 16, Map.of(), 1);
    int most = 0;
    for (int number = 0; number < 20_000; number++) {
      load.fill("flow" + number, 1, 8 * (1 + number % 20), 1 + number % 3);
      if (load.size() > 50) {
        load.step();
      }
      most = Math.max(most, load.flowsKnown() - load.size());
    }
    assertThat(most).isLessThanOrEqualTo(Flows.DEBTS_MAX);
    while (load.size() > 0) {
      load.step();
    }
    assertThat(load.flowsKnown()).isZero();
  }

  @Test
  void shouldDecideAlikeWhateverTheOnlyFlowIsCalled() {
    List<Integer> rows = new ArrayList<>();
    List<Integer> otherRows = new ArrayList<>();
    FairnessLoad load = load(BUSY, 0, Map.of("gold", 4.0), 7);
    FairnessLoad other = load(BUSY, 0, Map.of("gold", 4.0), 7);
    for (int pass = 0; pass < 200; pass++) {
      load.fillUp("", 20, 5);
      other.fillUp("gold", 20, 5);
      rows.add(load.step());
      otherRows.add(other.step());
    }
    assertThat(rows).isEqualTo(otherRows);
  }

  @Property(tries = 50)
  void shouldGoOnWhenACostIsNoNumberToDivideBy(
      @ForAll @IntRange(min = 0, max = 9) int slots, @ForAll long seed) {
    double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, 0, -3, 1e300};
    StepCost cost = (rows, length, positions) -> odd[(rows + length) % odd.length];
    FairnessLoad load = load(cost, slots, Map.of("b", 0.001), seed);
    load.fillUp("a", 20, 3);
    load.fillUp("b", 20, 3);
    int passes = 0;
    while (load.size() > 0) {
      assertThat(load.step()).isPositive();
      passes++;
    }
    assertThat(passes).isBetween(3, 120);
  }
}
