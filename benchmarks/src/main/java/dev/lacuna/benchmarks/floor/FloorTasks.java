package dev.lacuna.benchmarks.floor;

import dev.lacuna.benchmarks.measure.Interleaved;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The matrix products of a step as tasks to be timed beside it: all of them chained, whole and in
 * the tiles that are fastest, and each by itself.
 *
 * <p>Threading: used by one thread.
 */
public final class FloorTasks implements AutoCloseable {

  private static final String UNTILED = "floor, untiled";
  private static final String TILED = "floor, tiled";
  private static final int TRIALS = 3;

  private final ForwardProducts products;
  private final ForwardPassOptions options;
  private final ProductFloor floor;
  private final ProductFloor.Tiling untiled;
  private final SingleProducts singles = new SingleProducts();
  private ProductFloor.Tiling tiling;

  private FloorTasks(ForwardProducts products, ForwardPassOptions options) {
    this.products = products;
    this.options = options;
    this.floor = ProductFloor.open(products, options);
    this.untiled = new ProductFloor.Tiling(floor.rowsAtOnce().get(0), floor.picksAtOnce().get(0));
    this.tiling = untiled;
  }

  /** Loads the products of a batch. */
  public static FloorTasks open(ForwardProducts products, ForwardPassOptions options) {
    return new FloorTasks(products, options);
  }

  /** Tries the ways to tile, and adds the products to the tasks of a round. */
  public void addTo(Interleaved tasks) throws Exception {
    tiling = fastest();
    tasks.add(UNTILED, () -> floor.run(untiled));
    singles.open(products, options);
    if (!tiling.equals(untiled)) {
      tasks.add(TILED, () -> floor.run(tiling));
      int picks = Math.min(tiling.picks(), tiling.rows() * products.length());
      singles.open(
          new ForwardProducts(products.shape(), tiling.rows(), products.length(), picks), options);
    }
    singles.addTo(tasks);
  }

  private ProductFloor.Tiling fastest() throws Exception {
    return new ProductFloor.Tiling(
        fastest(floor.rowsAtOnce(), floor::runRows), fastest(floor.picksAtOnce(), floor::runPicks));
  }

  private static int fastest(List<Integer> sizes, IntConsumer run) throws Exception {
    Interleaved trials = new Interleaved();
    sizes.forEach(size -> trials.add(size + " at once", () -> run.accept(size)));
    Interleaved.Samples samples = trials.run(1, TRIALS);
    return sizes.stream()
        .min(Comparator.comparing(size -> samples.median(size + " at once")))
        .orElseThrow();
  }

  /** The tiles that were fastest before the measurement. */
  public ProductFloor.Tiling tiling() {
    return tiling;
  }

  /** Name of the task that is the floor. */
  public String task() {
    return tiling.equals(untiled) ? UNTILED : TILED;
  }

  /** Median of all products, in the tiles that are fastest. */
  public double millis(Interleaved.Samples samples) {
    return samples.median(task());
  }

  /** Median of all products in one tile. */
  public double untiledMillis(Interleaved.Samples samples) {
    return samples.median(UNTILED);
  }

  /** 10⁹ additions and multiplications each second. */
  public double gflops(Interleaved.Samples samples) {
    return products.flops() / millis(samples) / 1e6;
  }

  /** What the products took each by itself. */
  public double singlesMillis(Interleaved.Samples samples) {
    return singles.millis(products, samples);
  }

  @Override
  public void close() {
    singles.close();
    floor.close();
  }
}
