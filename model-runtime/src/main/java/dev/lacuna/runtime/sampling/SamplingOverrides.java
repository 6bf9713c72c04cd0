package dev.lacuna.runtime.sampling;

import java.util.List;
import java.util.Optional;

/**
 * Sampling settings as a request gives them, unchecked: empty means the model's default.
 *
 * @param unmaskingOrder a wire name
 * @param stopTokens token ids
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
    Optional<Long> seed) {

  /** Everything at the model's defaults. */
  public static final SamplingOverrides NONE =
      new SamplingOverrides(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty());

  public SamplingOverrides {
    stopTokens = List.copyOf(stopTokens);
  }
}
