package dev.lacuna.benchmarks.simulation;

/** Two lengths to each doubling, 32, 48, 64, 96, 128, …: coarse, so that batches fill. */
final class HalfDoublings {

  private HalfDoublings() {}

  static int lengthFor(int canvasLength) {
    int power = 32;
    while (power < canvasLength) {
      if (canvasLength <= power + power / 2) {
        return power + power / 2;
      }
      power *= 2;
    }
    return power;
  }
}
