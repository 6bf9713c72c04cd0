package dev.lacuna.runtime.engine;

import static dev.lacuna.runtime.facts.TestFacts.MASK;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Made-up runs. */
final class Runs {

  static final ModelFacts FACTS = TestFacts.named("m", 256, 500);
  static final ModelFacts NOISY = TestFacts.noisy("noisy", 256, 500);

  /** Options under which any runs share a forward pass. */
  static final EngineOptions TOGETHER = EngineOptions.together(16);

  private Runs() {}

  /** A canvas of one known token, then masks. */
  static DocumentPlan plan(int masks) {
    int[] tokens = new int[masks + 1];
    Arrays.fill(tokens, MASK);
    tokens[0] = 7;
    var blank = new DocumentPlan.BlankSpan(1, masks, 0, false, false);
    return DocumentPlan.onOneCanvas(new Document(List.of()), tokens, List.of(blank), 1);
  }

  /** A canvas of random known tokens and blanks; the last blank may end it if it is last. */
  static DocumentPlan randomPlan(int length, long seed) {
    Random random = new Random(seed);
    int[] tokens = new int[length];
    List<DocumentPlan.BlankSpan> blanks = new ArrayList<>();
    int at = 0;
    while (at < length) {
      int run = Math.min(length - at, 1 + random.nextInt(12));
      boolean masked = random.nextBoolean() || (blanks.isEmpty() && at + run == length);
      for (int i = at; i < at + run; i++) {
        tokens[i] = masked ? MASK : 3 + random.nextInt(400);
      }
      if (masked) {
        boolean mayEnd = at + run == length && random.nextBoolean();
        blanks.add(new DocumentPlan.BlankSpan(at, run, blanks.size(), mayEnd, false));
      }
      at += run;
    }
    return DocumentPlan.onOneCanvas(new Document(List.of()), tokens, blanks, 0);
  }

  static SamplingSettings settings(int steps, UnmaskingOrder order, long seed) {
    return SamplingSettings.plain(steps, order, 1f, 1f, 0, seed);
  }

  static RunSpec spec(DocumentPlan plan, SamplingSettings settings) {
    return new RunSpec(
        FACTS.name(),
        plan,
        settings,
        CounterRandom.of(settings.seed(), 1),
        1,
        0,
        Long.MAX_VALUE,
        0,
        RunProgress.start(plan));
  }

  /** A run of as many steps as masks; the seed is the number of masks. */
  static RunSpec spec(int masks) {
    return spec(plan(masks), settings(masks, UnmaskingOrder.CONFIDENCE, masks));
  }

  static RunSpec ranked(RunSpec spec, int priority, long deadlineMicros, long acceptedMicros) {
    return new RunSpec(
        spec.model(),
        spec.plan(),
        spec.settings(),
        spec.random(),
        spec.sample(),
        priority,
        deadlineMicros,
        acceptedMicros,
        spec.from());
  }

  /**
   * A run that was accepted so much later than the one before that none overtakes another, however
   * much work they are; an instant that is set stays.
   */
  static RunSpec inOrder(RunSpec spec, long arrival) {
    return spec.acceptedMicros() != 0
        ? spec
        : new RunSpec(
            spec.model(),
            spec.plan(),
            spec.settings(),
            spec.random(),
            spec.sample(),
            spec.priority(),
            spec.deadlineMicros(),
            arrival * 1_000_000,
            spec.from(),
            spec.flow(),
            spec.alone(),
            spec.passenger());
  }

  static RunSpec alone(RunSpec spec) {
    return new RunSpec(
        spec.model(),
        spec.plan(),
        spec.settings(),
        spec.random(),
        spec.sample(),
        spec.priority(),
        spec.deadlineMicros(),
        spec.acceptedMicros(),
        spec.from(),
        spec.flow(),
        true,
        spec.passenger());
  }

  /** A run that stands in the flight log. */
  static RunSpec of(String passenger, RunSpec spec) {
    return new RunSpec(
        spec.model(),
        spec.plan(),
        spec.settings(),
        spec.random(),
        spec.sample(),
        spec.priority(),
        spec.deadlineMicros(),
        spec.acceptedMicros(),
        spec.from(),
        spec.flow(),
        spec.alone(),
        passenger.getBytes(StandardCharsets.UTF_8));
  }

  static RunSpec from(RunSpec spec, RunProgress progress) {
    return new RunSpec(
        spec.model(),
        spec.plan(),
        spec.settings(),
        spec.random(),
        spec.sample(),
        spec.priority(),
        spec.deadlineMicros(),
        spec.acceptedMicros(),
        progress);
  }

  /** Runs of every sampler that fills masks, on documents of one or two passes. */
  static Arbitrary<RunSpec> any() {
    return runs(FACTS.name(), absorbing());
  }

  /** Runs of every sampler that starts from noise. */
  static Arbitrary<RunSpec> noisy() {
    Arbitrary<RevealRule> rules =
        Arbitraries.of(new RevealRule.Scheduled(CountSchedule.EVEN), new RevealRule.Unrolled(0.3f));
    Arbitrary<Float> fractions = Arbitraries.of(0.1f, 0.5f, 1f);
    return runs(
        NOISY.name(),
        Combinators.combine(rules, fractions, draws(), stopTokens())
            .as(
                (rule, fraction, draw, stops) ->
                    draw.with(UnmaskingOrder.RANDOM, rule, 0f, 0, fraction, stops)));
  }

  private static Arbitrary<RunSpec> runs(String model, Arbitrary<SamplingSettings> settings) {
    Arbitrary<DocumentPlan> plans =
        Combinators.combine(
                Arbitraries.integers().between(1, 150),
                Arbitraries.longs(),
                Arbitraries.of(false, true))
            .as((length, seed, twice) -> inPasses(randomPlan(length, seed), twice ? 2 : 1));
    return Combinators.combine(
            plans,
            settings,
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(-100, 100),
            Arbitraries.longs().between(0, 5),
            Arbitraries.longs().between(0, 5))
        .as(
            (plan, s, sample, priority, deadline, accepted) ->
                new RunSpec(
                    model,
                    plan,
                    s,
                    CounterRandom.of(s.seed(), sample),
                    sample,
                    priority,
                    deadline,
                    accepted,
                    RunProgress.start(plan)));
  }

  /** The same document, its masks divided over passes; each sees all before its last mask. */
  static DocumentPlan inPasses(DocumentPlan plan, int count) {
    int[] masks = plan.maskPositions();
    List<DocumentPlan.Pass> passes = new ArrayList<>();
    for (int pass = 0; pass < count; pass++) {
      int first = masks.length * pass / count;
      int end = masks.length * (pass + 1) / count;
      if (end > first) {
        int length = pass == count - 1 ? plan.length() : masks[end - 1] + 1;
        passes.add(new DocumentPlan.Pass(0, length, first, end - first));
      }
    }
    return new DocumentPlan(
        plan.document(), plan.tokens(), plan.blanks(), plan.promptTokens(), passes);
  }

  private static Arbitrary<SamplingSettings> absorbing() {
    return Combinators.combine(
            rules(),
            Arbitraries.of(UnmaskingOrder.class),
            Arbitraries.of(0f, 0f, 1.5f),
            Arbitraries.of(0, 1, 7, 30),
            draws(),
            stopTokens())
        .as(
            (rule, order, guidance, block, draw, stops) ->
                draw.with(orderOf(rule, order), rule, guidance, block, 1f, stops));
  }

  /** Rules of runs over masks. */
  static Arbitrary<RevealRule> rules() {
    return Arbitraries.of(
        new RevealRule.Scheduled(CountSchedule.EVEN),
        new RevealRule.Scheduled(CountSchedule.LINEAR),
        new RevealRule.Scheduled(CountSchedule.INDEPENDENT),
        new RevealRule.Threshold(0.9f),
        new RevealRule.Threshold(0.4f),
        new RevealRule.Factor(0.5f),
        new RevealRule.EntropyBudget(0.6f));
  }

  /** The order of a rule, where it leaves no choice. */
  static UnmaskingOrder orderOf(RevealRule rule, UnmaskingOrder otherwise) {
    if (rule instanceof RevealRule.Scheduled scheduled) {
      boolean byChance = scheduled.schedule() == CountSchedule.INDEPENDENT;
      return byChance ? UnmaskingOrder.RANDOM : otherwise;
    }
    boolean byEntropy = rule instanceof RevealRule.EntropyBudget;
    return byEntropy ? UnmaskingOrder.ENTROPY : UnmaskingOrder.CONFIDENCE;
  }

  private static Arbitrary<List<Integer>> stopTokens() {
    return Arbitraries.of(List.of(), List.of(), IntStream.range(10, 90).boxed().toList());
  }

  /** How tokens are drawn. */
  private record Draw(int steps, float temperature, float topP, int topK, long seed) {

    SamplingSettings with(
        UnmaskingOrder order,
        RevealRule rule,
        float guidance,
        int block,
        float fraction,
        List<Integer> stops) {
      return new SamplingSettings(
          steps, order, rule, temperature, topP, topK, guidance, block, fraction, stops, seed);
    }
  }

  private static Arbitrary<Draw> draws() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 40),
            Arbitraries.of(0f, 0.7f, 1f),
            Arbitraries.of(0.8f, 1f),
            Arbitraries.of(0, 20),
            Arbitraries.longs())
        .as(Draw::new);
  }
}
