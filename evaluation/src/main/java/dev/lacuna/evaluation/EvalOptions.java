package dev.lacuna.evaluation;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What to measure.
 *
 * @param model checkpoint folder
 * @param device as {@code device} of the configuration
 * @param dtype as {@code dtype} of the configuration
 * @param documents held-out texts
 * @param limit documents of the runs, at least 1; empty for all
 * @param seed of every choice
 * @param spanLength tokens masked in a row in the accuracy measures, at least 1
 * @param train training texts to compute the baselines from
 * @param writeBaselines where the computed baselines go
 */
public record EvalOptions(
    Path model,
    String device,
    String dtype,
    Path documents,
    Optional<Integer> limit,
    long seed,
    int spanLength,
    Optional<Path> train,
    Optional<Path> writeBaselines) {

  /** A run takes dozens of forward passes where the other measures take one or a few. */
  private static final int FORWARD_FACTOR = 5;

  /** Documents of the runs. */
  int engineDocuments(int all) {
    return Math.min(all, limit.orElse(all));
  }

  /** Documents of the measures of one forward pass. */
  int forwardDocuments(int all) {
    return (int) Math.min(all, (long) FORWARD_FACTOR * engineDocuments(all));
  }
}
