package dev.lacuna.deploy.cli;

import dev.lacuna.runtime.sampling.SamplingOverrides;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A flag for every field of a request's sampling. */
final class SamplingOptions {

  /** Documented default of the flag; named here, since help and value must agree. */
  private static final float TEMPERATURE = 1f;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps; the model's default if absent.")
  private Integer steps;

  @Option(
      names = "--unmasking-order",
      paramLabel = "ORDER",
      description = "confidence (default) or random.")
  private String unmaskingOrder;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the most probable token; default: 1.")
  private Float temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Probability mass kept, above 0 to 1; 1 (default) keeps all.")
  private Float topP;

  @Option(names = "--top-k", paramLabel = "K", description = "Tokens kept; 0 (default) keeps all.")
  private Integer topK;

  @Option(
      names = "--guidance-scale",
      paramLabel = "W",
      description = "Classifier-free guidance (not supported by this version); 0 (default) is off.")
  private Float guidanceScale;

  @Option(
      names = "--threshold",
      paramLabel = "C",
      description =
          "Confidence from which positions are unmasked at once (not supported by this version).")
  private Float threshold;

  @Option(
      names = "--block-length",
      paramLabel = "N",
      description = "Tokens of a semi-autoregressive block (not supported by this version).")
  private Integer blockLength;

  @Option(
      names = "--stop-token",
      paramLabel = "ID",
      description =
          "Token id that ends a trailing blank (not supported by this version). Repeatable.")
  private List<Integer> stopTokens = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of all random numbers; drawn and printed if absent.")
  private Long seed;

  SamplingOverrides overrides() {
    return new SamplingOverrides(
        Optional.ofNullable(steps),
        Optional.ofNullable(unmaskingOrder),
        Optional.of(temperature == null ? TEMPERATURE : temperature),
        Optional.ofNullable(topP),
        Optional.ofNullable(topK),
        Optional.ofNullable(guidanceScale),
        Optional.ofNullable(threshold),
        Optional.ofNullable(blockLength),
        stopTokens,
        Optional.ofNullable(seed));
  }
}
