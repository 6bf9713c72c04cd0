package dev.lacuna.cli.model;

import dev.lacuna.runtime.sampling.SamplingOverrides;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** A flag for every field of a request's sampling; what is left out is the model's default. */
final class SamplingOptions {

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Denoising steps. With --threshold, --factor or --entropy-budget: the most steps.")
  private Integer steps;

  @Option(
      names = "--unmasking-order",
      paramLabel = "ORDER",
      description = "Order of unmasking: confidence, margin, entropy or random.")
  private String unmaskingOrder;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "Number of masks per step: even, linear or independent. For models that start from"
              + " random tokens: unrolled, which predicts the least sure tokens once more.")
  private String schedule;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Temperature. 0 takes the most probable token.")
  private Float temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Probability mass to keep, above 0, up to 1. 1 keeps all.")
  private Float topP;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Tokens to keep. 0 (default) keeps all.")
  private Integer topK;

  @Option(
      names = "--guidance-scale",
      paramLabel = "W",
      description =
          "Weight of classifier-free guidance, which takes two slots. 0 (default) is off.")
  private Float guidanceScale;

  @Option(
      names = "--threshold",
      paramLabel = "C",
      description = "Instead of a schedule: a step unmasks all of at least this confidence.")
  private Float threshold;

  @Option(
      names = "--factor",
      paramLabel = "F",
      description =
          "Instead of a schedule: a step unmasks the surest while the i-th has"
              + " confidence 1 - F/(i+1).")
  private Float factor;

  @Option(
      names = "--entropy-budget",
      paramLabel = "NATS",
      description = "Instead of a schedule: a step unmasks the surest up to this sum of entropies.")
  private Float entropyBudget;

  @Option(
      names = "--block-length",
      paramLabel = "N",
      description = "Masks of a block. Blocks are filled one after another.")
  private Integer blockLength;

  @Option(
      names = "--update-fraction",
      paramLabel = "F",
      description =
          "Share of tokens that a step predicts anew, for models that start from"
              + " random tokens. With --schedule unrolled: predicts once more.")
  private Float updateFraction;

  @Option(
      names = "--stop-token",
      paramLabel = "ID",
      description = "Token id that ends a trailing blank [[<=N]]. Repeatable.")
  private List<Integer> stopTokens = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of all random numbers. Default: drawn and printed.")
  private Long seed;

  SamplingOverrides overrides() {
    return SamplingOverrides.builder()
        .steps(steps)
        .unmaskingOrder(unmaskingOrder)
        .schedule(schedule)
        .temperature(temperature)
        .topP(topP)
        .topK(topK)
        .guidanceScale(guidanceScale)
        .threshold(threshold)
        .factor(factor)
        .entropyBudget(entropyBudget)
        .blockLength(blockLength)
        .updateFraction(updateFraction)
        .stopTokens(stopTokens)
        .seed(seed)
        .build();
  }
}
