package dev.lacuna.runtime.sampling;

import java.util.List;
import java.util.Optional;

/**
 * Sampling settings as a request gives them, unchecked: empty means the model's default. What each
 * means stands at {@link SamplingSettings} and {@link RevealRule}.
 *
 * @param unmaskingOrder a wire name
 * @param stopTokens token ids
 * @param schedule a wire name, or that of {@link RevealRule.Unrolled}
 */
public record SamplingOverrides(
    Optional<Integer> steps,
    Optional<String> unmaskingOrder,
    Optional<Float> temperature,
    Optional<Float> topP,
    Optional<Integer> topK,
    Optional<Float> guidanceScale,
    Optional<Float> threshold,
    Optional<Integer> blockLength,
    List<Integer> stopTokens,
    Optional<Long> seed,
    Optional<String> schedule,
    Optional<Float> factor,
    Optional<Float> entropyBudget,
    Optional<Float> updateFraction) {

  /** Everything at the model's defaults. */
  public static final SamplingOverrides NONE = builder().build();

  public SamplingOverrides {
    stopTokens = List.copyOf(stopTokens);
  }

  /** Whether they ask for {@link RevealRule.Unrolled}. */
  boolean unrolled() {
    return schedule.filter(RevealRule.Unrolled.WIRE_NAME::equals).isPresent();
  }

  /** Nothing set yet. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Sets field by field; null means the model's default.
   *
   * <p>Threading: used by the thread that creates it.
   */
  public static final class Builder {
    private Integer steps;
    private String unmaskingOrder;
    private Float temperature;
    private Float topP;
    private Integer topK;
    private Float guidanceScale;
    private Float threshold;
    private Integer blockLength;
    private List<Integer> stopTokens = List.of();
    private Long seed;
    private String schedule;
    private Float factor;
    private Float entropyBudget;
    private Float updateFraction;

    private Builder() {}

    /** Denoising steps of a pass. */
    public Builder steps(Integer value) {
      steps = value;
      return this;
    }

    /** Wire name of an order. */
    public Builder unmaskingOrder(String value) {
      unmaskingOrder = value;
      return this;
    }

    /** 0 for the most probable token. */
    public Builder temperature(Float value) {
      temperature = value;
      return this;
    }

    /** Probability mass kept. */
    public Builder topP(Float value) {
      topP = value;
      return this;
    }

    /** Tokens kept. */
    public Builder topK(Integer value) {
      topK = value;
      return this;
    }

    /** Weight of classifier-free guidance. */
    public Builder guidanceScale(Float value) {
      guidanceScale = value;
      return this;
    }

    /** Confidence from which positions are unmasked at once. */
    public Builder threshold(Float value) {
      threshold = value;
      return this;
    }

    /** Masks of a block. */
    public Builder blockLength(Integer value) {
      blockLength = value;
      return this;
    }

    /** Ids that end a trailing blank; not null. */
    public Builder stopTokens(List<Integer> value) {
      stopTokens = value;
      return this;
    }

    /** Seed of every random number. */
    public Builder seed(Long value) {
      seed = value;
      return this;
    }

    /** Wire name of a count schedule, or of {@link RevealRule.Unrolled}. */
    public Builder schedule(String value) {
      schedule = value;
      return this;
    }

    /** Factor of {@link RevealRule.Factor}. */
    public Builder factor(Float value) {
      factor = value;
      return this;
    }

    /** Nats of {@link RevealRule.EntropyBudget}. */
    public Builder entropyBudget(Float value) {
      entropyBudget = value;
      return this;
    }

    /** Share of the blanks' tokens that a step predicts anew. */
    public Builder updateFraction(Float value) {
      updateFraction = value;
      return this;
    }

    /** The overrides. */
    public SamplingOverrides build() {
      return new SamplingOverrides(
          Optional.ofNullable(steps),
          Optional.ofNullable(unmaskingOrder),
          Optional.ofNullable(temperature),
          Optional.ofNullable(topP),
          Optional.ofNullable(topK),
          Optional.ofNullable(guidanceScale),
          Optional.ofNullable(threshold),
          Optional.ofNullable(blockLength),
          stopTokens,
          Optional.ofNullable(seed),
          Optional.ofNullable(schedule),
          Optional.ofNullable(factor),
          Optional.ofNullable(entropyBudget),
          Optional.ofNullable(updateFraction));
    }
  }
}
