package dev.lacuna.deploy.bench;

import dev.lacuna.runtime.onnx.ForwardPassOptions;
import dev.lacuna.runtime.onnx.ForwardProducts;
import dev.lacuna.runtime.onnx.MatrixProduct;
import dev.lacuna.runtime.onnx.ProductFloor;
import dev.lacuna.runtime.onnx.SingleProduct;
import java.util.ArrayList;
import java.util.List;

/**
 * The matrix products of a step as tasks to be timed beside it: all of them chained, whole and in
 * the tiles that are fastest, and each by itself.
 *
 * <p>Threading: used by one thread.
 */
final class FloorTasks implements AutoCloseable {

  private static final String UNTILED = "floor, untiled";
  private static final String TILED = "floor, tiled";
  private static final int TRIALS = 3;

  private final ForwardProducts products;
  private final ProductFloor floor;
  private final List<SingleProduct> singles;
  private ProductFloor.Tiling tiling;

  private FloorTasks(ForwardProducts products, ProductFloor floor, List<SingleProduct> singles) {
    this.products = products;
    this.floor = floor;
    this.singles = singles;
    this.tiling = floor.tilings().get(0);
  }

  static FloorTasks open(ForwardProducts products, ForwardPassOptions options) {
    List<SingleProduct> singles = new ArrayList<>();
    for (MatrixProduct product : products.all()) {
      singles.add(SingleProduct.open(product, options));
    }
    return new FloorTasks(products, ProductFloor.open(products, options), singles);
  }

  /** Tries the ways to tile, and adds the products to the tasks of a round. */
  void addTo(Interleaved tasks) throws Exception {
    ProductFloor.Tiling untiled = floor.tilings().get(0);
    tiling = fastest();
    tasks.add(UNTILED, () -> floor.run(untiled));
    if (!tiling.equals(untiled)) {
      tasks.add(TILED, () -> floor.run(tiling));
    }
    for (int i = 0; i < singles.size(); i++) {
      tasks.add(single(i), singles.get(i)::run);
    }
  }

  private ProductFloor.Tiling fastest() throws Exception {
    Interleaved trials = new Interleaved();
    floor.tilings().forEach(one -> trials.add(one.toString(), () -> floor.run(one)));
    Interleaved.Samples samples = trials.run(1, TRIALS);
    ProductFloor.Tiling best = floor.tilings().get(0);
    for (ProductFloor.Tiling one : floor.tilings()) {
      if (samples.median(one.toString()) < samples.median(best.toString())) {
        best = one;
      }
    }
    return best;
  }

  private String single(int index) {
    return index + ": " + products.all().get(index).name();
  }

  /** The tiles that were fastest before the measurement. */
  ProductFloor.Tiling tiling() {
    return tiling;
  }

  /** Name of the task that is the floor. */
  String task() {
    return tiling.equals(floor.tilings().get(0)) ? UNTILED : TILED;
  }

  /** Median of all products, in the tiles that are fastest. */
  double millis(Interleaved.Samples samples) {
    return samples.median(task());
  }

  double untiledMillis(Interleaved.Samples samples) {
    return samples.median(UNTILED);
  }

  /** 10⁹ additions and multiplications each second. */
  double gflops(Interleaved.Samples samples) {
    return products.flops() / millis(samples) / 1e6;
  }

  /** What each product took by itself, as often as the forward pass computes it. */
  double singlesMillis(Interleaved.Samples samples) {
    double millis = 0;
    for (int i = 0; i < singles.size(); i++) {
      millis += samples.median(single(i)) * products.all().get(i).times();
    }
    return millis;
  }

  @Override
  public void close() {
    singles.forEach(SingleProduct::close);
    floor.close();
  }
}
