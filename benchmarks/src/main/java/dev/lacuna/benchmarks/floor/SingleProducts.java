package dev.lacuna.benchmarks.floor;

import dev.lacuna.benchmarks.measure.Interleaved;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * Every product of a step as a task of its own: each alone with the machine, its factors as warm as
 * they can be. A floor of many products is judged by them.
 *
 * <p>Threading: used by one thread.
 */
final class SingleProducts implements AutoCloseable {

  /** Times in a row: the first of them finds other products' numbers in the caches. */
  private static final int REPEATS = 4;

  private record Single(String task, MatrixProduct product, SingleProduct session) {

    /** Milliseconds for one addition or multiplication. */
    double millisPerFlop(Interleaved.Samples samples) {
      return samples.median(task) / REPEATS * product.times() / product.flops();
    }
  }

  private final List<Single> singles = new ArrayList<>();

  /** Opens the products of a batch; may be called for several sizes of it. */
  void open(ForwardProducts products, ForwardPassOptions options) {
    for (MatrixProduct product : products.all()) {
      String task = product.name() + " by itself, " + singles.size();
      singles.add(new Single(task, product, SingleProduct.open(product, options)));
    }
  }

  void addTo(Interleaved tasks) {
    singles.forEach(single -> tasks.add(single.task(), () -> repeat(single.session())));
  }

  private static void repeat(SingleProduct product) {
    for (int i = 0; i < REPEATS; i++) {
      product.run();
    }
  }

  /** What all products of a batch would take, each in the size in which it was fastest. */
  double millis(ForwardProducts products, Interleaved.Samples samples) {
    double millis = 0;
    for (MatrixProduct product : products.all()) {
      millis +=
          product.flops()
              * singles.stream()
                  .filter(single -> single.product().name().equals(product.name()))
                  .mapToDouble(single -> single.millisPerFlop(samples))
                  .min()
                  .orElseThrow();
    }
    return millis;
  }

  @Override
  public void close() {
    singles.forEach(single -> single.session().close());
  }
}
