package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.schedule.Buckets;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.RandomSource;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Runs of random tokens that share a replay's batches: other lengths, orders, temperatures,
 * filters, guidance.
 */
public final class Bystanders {

  private static final int COUNT = 6;
  private static final int STEPS = 3;

  private final ModelFacts facts;
  private final Random random;

  private Bystanders(ModelFacts facts, long seed) {
    this.facts = facts;
    this.random = new Random(seed);
  }

  /**
   * Runs no longer than the bucket of a canvas, and at most a third shorter.
   *
   * @param length tokens of the canvas
   */
  public static List<RunSpec> beside(int length, ModelFacts facts, long seed) {
    Bystanders bystanders = new Bystanders(facts, seed);
    int bucket = Buckets.lengthFor(length, facts.canvasLimit());
    int[] lengths =
        IntStream.rangeClosed(Math.max(Math.min(2, bucket), 2 * bucket / 3), bucket).toArray();
    List<RunSpec> runs = new ArrayList<>();
    for (int number = 0; number < COUNT; number++) {
      int other = lengths[bystanders.random.nextInt(lengths.length)];
      runs.add(bystanders.run(number, bystanders.plan(other)));
    }
    return runs;
  }

  /** About half of the positions, though never the first alone, are blank. */
  private DocumentPlan plan(int length) {
    int known = Math.min(facts.tokens(), facts.vocabulary());
    int[] tokens = random.ints(length, 0, known).toArray();
    int[] blanks =
        IntStream.range(0, length)
            .filter(position -> position == length - 1 || (position > 0 && random.nextBoolean()))
            .toArray();
    for (int blank : blanks) {
      tokens[blank] = facts.special().hasMask() ? facts.maskToken() : 0;
    }
    return Recordings.plan(tokens, blanks);
  }

  private RunSpec run(int number, DocumentPlan plan) {
    long seed = random.nextLong();
    RandomSource numbers = CounterRandom.of(seed, 1);
    return new RunSpec(
        facts.name(),
        plan,
        settings(number),
        // The upper half of the numbers, where none is a replay's tag.
        (pass, step, position, stream) ->
            stream == CounterRandom.TOKEN_STREAM
                ? 0.5f + numbers.uniform(pass, step, position, stream) / 2
                : numbers.uniform(pass, step, position, stream),
        1,
        0,
        Long.MAX_VALUE,
        0,
        RunProgress.start(plan));
  }

  private SamplingSettings settings(int number) {
    return switch (number) {
      case 0 -> settings(UnmaskingOrder.CONFIDENCE, CountSchedule.LINEAR, 0f, 1f, 0, 1.3f);
      case 1 -> settings(UnmaskingOrder.MARGIN, CountSchedule.EVEN, 0.8f, 0.7f, 0, 0f);
      case 2 -> settings(UnmaskingOrder.ENTROPY, CountSchedule.EVEN, 1.2f, 1f, 3, 0f);
      case 3 -> settings(UnmaskingOrder.RANDOM, CountSchedule.EVEN, 1f, 0.9f, 7, 0.4f);
      case 4 -> settings(UnmaskingOrder.RANDOM, CountSchedule.INDEPENDENT, 0f, 1f, 0, 0f);
      default -> settings(UnmaskingOrder.CONFIDENCE, CountSchedule.EVEN, 0f, 1f, 0, 0f);
    };
  }

  private SamplingSettings settings(
      UnmaskingOrder order,
      CountSchedule schedule,
      float temperature,
      float topP,
      int topK,
      float guidance) {
    return new SamplingSettings(
        STEPS,
        order,
        new RevealRule.Scheduled(schedule),
        temperature,
        topP,
        topK,
        facts.special().hasMask() ? guidance : 0f, // guidance masks the prompt
        0,
        1f,
        List.of(),
        0);
  }
}
