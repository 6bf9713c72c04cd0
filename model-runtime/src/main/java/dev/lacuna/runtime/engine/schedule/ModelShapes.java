package dev.lacuna.runtime.engine.schedule;

import dev.lacuna.runtime.engine.api.StepCost;
import java.util.ArrayList;
import java.util.List;

/**
 * The shapes of one model's forward passes, shared by all flows: a shape's slots are found by many
 * looks at the cost, which no flow should repeat.
 *
 * <p>Threading: owned by its policy's thread.
 */
final class ModelShapes {

  /** A year: no forward pass takes longer. */
  private static final double COST_MAX_MICROS = 3.2e13;

  private final int model;
  private final int canvasLimit;
  private final StepCost cost;
  private final int slots;
  // Ascending by length; a shape stays once it was used, so there are few of them.
  private final List<Shape> shapes = new ArrayList<>();
  private int cellsMax = Integer.MAX_VALUE; // rows × length of a forward pass

  ModelShapes(int model, BatchPolicy.Served served, int slots) {
    this.model = model;
    this.canvasLimit = served.canvasLimit();
    this.cost = sound(served.cost());
    this.slots = slots;
  }

  /** Costs by which one can divide and which one can add up, whatever was measured. */
  private static StepCost sound(StepCost cost) {
    return (rows, length, positions) -> {
      double micros = cost.micros(rows, length, positions);
      boolean sound = micros > 0 && micros < COST_MAX_MICROS;
      return sound ? micros : StepCost.UNMEASURED.micros(rows, length, positions);
    };
  }

  /** Index of the model. */
  int model() {
    return model;
  }

  /** What its forward pass costs, always finite and above 0. */
  StepCost cost() {
    return cost;
  }

  /** Most rows × length of a forward pass of more than one run. */
  int cellsMax() {
    return cellsMax;
  }

  void limitCells(int cells) {
    cellsMax = cells;
  }

  /** The shapes used so far, ascending by length. */
  List<Shape> all() {
    return shapes;
  }

  Shape of(int canvasLength) {
    int length = Buckets.lengthFor(canvasLength, canvasLimit);
    int at = 0;
    while (at < shapes.size() && shapes.get(at).length() < length) {
      at++;
    }
    if (at == shapes.size() || shapes.get(at).length() != length) {
      shapes.add(at, new Shape(length, slots, cost));
    }
    return shapes.get(at);
  }
}
