package dev.lacuna.benchmarks.command;

import dev.lacuna.console.command.CommandFailure;
import java.util.List;

/** Bounds of what a benchmark can be asked for. */
final class BenchBounds {

  /** Most rows of a batch. */
  static final int ROWS_MAX = 1024;

  private BenchBounds() {}

  /** Ends the command unless what it measures is within its bounds. */
  static void requireBatches(
      List<Integer> rows,
      List<Integer> lengths,
      List<Double> masked,
      List<Float> temperatures,
      int rounds) {
    rows.forEach(value -> require("--rows", value, 1, ROWS_MAX));
    lengths.forEach(value -> require("--length", value, 1, Integer.MAX_VALUE));
    masked.forEach(value -> requireShare("--masked", value));
    temperatures.forEach(value -> require("--temperature", value, 0, 100));
    require("--rounds", rounds, 1, 10_000);
  }

  /** Ends the command unless a whole number is within its bounds. */
  static void require(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw CommandFailure.usage(
          most == Integer.MAX_VALUE
              ? option + " is " + value + "; it must be at least " + least
              : option + " is " + value + "; it must be from " + least + " to " + most);
    }
  }

  /** Ends the command unless a number is within its bounds. */
  static void require(String option, float value, int least, int most) {
    if (!(value >= least && value <= most)) {
      throw CommandFailure.usage(
          option + " is " + value + "; it must be a number from " + least + " to " + most);
    }
  }

  /** Ends the command unless a number is above 0 and at most 1. */
  static void requireShare(String option, double value) {
    if (!(value > 0 && value <= 1)) {
      throw CommandFailure.usage(option + " is " + value + "; it must be above 0, up to 1");
    }
  }
}
