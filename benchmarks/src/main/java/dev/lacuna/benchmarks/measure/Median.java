package dev.lacuna.benchmarks.measure;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** The middle of some numbers, or the mean of the two in the middle; at least one number. */
public final class Median {

  private Median() {}

  /** Of numbers in any order. */
  public static double of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Of numbers in any order. */
  public static double of(Collection<Double> values) {
    return of(values, Double::doubleValue);
  }

  /** Of a number that each has. */
  public static <T> double of(Collection<T> all, ToDoubleFunction<T> number) {
    return of(all.stream().mapToDouble(number).toArray());
  }
}
