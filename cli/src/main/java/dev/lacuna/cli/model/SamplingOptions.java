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
      description = "Denoising steps; a bound with --threshold, --factor and --entropy-budget.")
  private Integer steps;

  @Option(
      names = "--unmasking-order",
      paramLabel = "ORDER",
      description = "confidence, margin, entropy or random.")
  private String unmaskingOrder;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description = "How many masks a step unmasks: even, linear or independent.")
  private String schedule;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the most probable token; above, tokens are drawn.")
  private Float temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Probability mass kept, above 0 to 1; 1 keeps all.")
  private Float topP;

  @Option(names = "--top-k", paramLabel = "K", description = "Tokens kept; 0 (default) keeps all.")
  private Integer topK;

  @Option(
      names = "--guidance-scale",
      paramLabel = "W",
      description = "Classifier-free guidance, at two slots a document; 0 (default) is off.")
  private Float guidanceScale;

  @Option(
      names = "--threshold",
      paramLabel = "C",
      description = "A step unmasks all of at least this confidence, instead of a schedule.")
  private Float threshold;

  @Option(
      names = "--factor",
      paramLabel = "F",
      description =
          "A step unmasks the surest while the i-th has confidence 1 - F/(i+1), instead of a"
              + " schedule.")
  private Float factor;

  @Option(
      names = "--entropy-budget",
      paramLabel = "NATS",
      description = "A step unmasks the surest up to this sum of entropies, instead of a schedule.")
  private Float entropyBudget;

  @Option(
      names = "--block-length",
      paramLabel = "N",
      description = "Masks of a block; blocks are filled one after another.")
  private Integer blockLength;

  @Option(
      names = "--update-fraction",
      paramLabel = "F",
      description =
          "Share of the tokens that a step predicts anew, where a model starts from random"
              + " tokens.")
  private Float updateFraction;

  @Option(
      names = "--stop-token",
      paramLabel = "ID",
      description = "Token id that ends a trailing blank [[<=N]], like the end token. Repeatable.")
  private List<Integer> stopTokens = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of all random numbers; drawn and printed if absent.")
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
