package dev.lacuna.benchmarks.simulation;

import java.util.List;
import java.util.Optional;

/**
 * Decides which runs share the next forward pass.
 *
 * <p>Threading: owned by its simulation.
 */
interface Batcher {

  /**
   * One forward pass.
   *
   * @param runs that it takes a step forward, at least one
   * @param length padded length of their rows in tokens
   * @param slots rows that it has room for
   */
  record Pass(List<VirtualRun> runs, int length, int slots) {}

  void add(VirtualRun run);

  /**
   * The next forward pass; empty without runs.
   *
   * @param nowMicros on the virtual clock
   */
  Optional<Pass> next(double nowMicros);

  /** Told of a run that has no step left. */
  void ended(VirtualRun run);
}
