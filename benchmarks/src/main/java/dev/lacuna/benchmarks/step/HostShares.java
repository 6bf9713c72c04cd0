package dev.lacuna.benchmarks.step;

import dev.lacuna.benchmarks.measure.Median;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.session.OnnxForwardPass;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Which share of a forward pass is Java's: copying the batch to the runtime and its result back.
 *
 * <p>Threading: used by one thread.
 */
final class HostShares {

  private final List<Double> shares = new ArrayList<>();

  /** Runs a batch and notes how long the runtime had of it. */
  void run(ForwardPass pass, StepBatch batch) {
    if (!(pass instanceof OnnxForwardPass onnx)) {
      pass.run(batch); // A graph without padding runs in parts.
      return;
    }
    long session = onnx.sessionNanos();
    long begun = System.nanoTime();
    onnx.run(batch);
    double whole = System.nanoTime() - begun;
    shares.add((whole - (onnx.sessionNanos() - session)) / whole);
  }

  /** The median, from 0 to 1; empty where nothing was noted. */
  OptionalDouble median() {
    return shares.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.round(Median.of(shares) * 1e5) / 1e5);
  }
}
