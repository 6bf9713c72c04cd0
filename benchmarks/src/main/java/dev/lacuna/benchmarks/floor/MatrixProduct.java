package dev.lacuna.benchmarks.floor;

/**
 * A matrix product of a forward pass: (m, k) × (k, n), for each of a batch.
 *
 * @param name what it computes, such as {@code query}
 * @param batch independent products of this shape; 1 for a linear layer
 * @param m rows of the result: positions, for a linear layer
 * @param k numbers that make one sum
 * @param n columns of the result
 * @param weight whether the second factor is a weight, and so constant
 * @param times how often the forward pass computes it
 */
public record MatrixProduct(
    String name, long batch, long m, long k, long n, boolean weight, int times) {

  /** Additions and multiplications of all of them. */
  public long flops() {
    return 2 * batch * m * k * n * times;
  }
}
