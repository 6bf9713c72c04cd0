package dev.lacuna.runtime.engine;

import static dev.lacuna.runtime.TestFacts.MASK;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.TestFacts;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.sampling.UnmaskingOrder;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Made-up runs. */
final class Runs {

  static final ModelFacts FACTS = TestFacts.named("m", 256, 500);

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

  static Arbitrary<RunSpec> any() {
    Arbitrary<DocumentPlan> plans =
        Combinators.combine(Arbitraries.integers().between(1, 150), Arbitraries.longs())
            .as(Runs::randomPlan);
    Arbitrary<SamplingSettings> settings =
        Combinators.combine(
                Arbitraries.integers().between(1, 40),
                Arbitraries.of(UnmaskingOrder.class),
                Arbitraries.of(0f, 0.7f, 1f),
                Arbitraries.of(0.8f, 1f),
                Arbitraries.of(0, 20),
                Arbitraries.longs())
            .as(SamplingSettings::plain);
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
                    FACTS.name(),
                    plan,
                    s,
                    CounterRandom.of(s.seed(), sample),
                    sample,
                    priority,
                    deadline,
                    accepted,
                    RunProgress.start(plan)));
  }
}
