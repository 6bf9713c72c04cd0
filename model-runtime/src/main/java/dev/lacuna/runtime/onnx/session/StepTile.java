package dev.lacuna.runtime.onnx.session;

import dev.lacuna.runtime.engine.api.StepBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Some rows of a batch that run through the graph together, with their positions and twins: each a
 * range of the batch's arrays.
 *
 * @param firstRow index of the first row
 * @param rows how many
 * @param first index of the first position
 * @param positions how many
 * @param firstGuided index of the first guided position
 * @param guided how many
 */
record StepTile(int firstRow, int rows, int first, int positions, int firstGuided, int guided) {

  /** The whole batch as one tile. */
  static StepTile whole(StepBatch batch) {
    return new StepTile(0, batch.rows, 0, batch.positions, 0, batch.guided);
  }

  /**
   * Cuts a batch into tiles of about as many canvas positions: rows are not cut, and a guided row
   * is in its twin's tile. Tiles without a position to sample are left out. A batch whose positions
   * don't follow the order of its rows is one tile.
   *
   * @param canvasPositions tiles have so many or up to twice as many, where rows are short enough
   */
  static List<StepTile> of(StepBatch batch, int canvasPositions) {
    int tiles = Math.min(batch.rows, batch.rows * batch.length / canvasPositions);
    if (tiles <= 1 || !followsRows(batch)) {
      return List.of(whole(batch));
    }
    boolean[] joined = joined(batch);
    List<StepTile> result = new ArrayList<>(tiles);
    StepTile before = new StepTile(0, 0, 0, 0, 0, 0);
    int cuts = 0;
    for (int row = 1; row <= batch.rows; row++) {
      boolean due = row == batch.rows || (long) row * tiles >= (cuts + 1L) * batch.rows;
      if (due && (row == batch.rows || !joined[row])) {
        before = before.next(batch, row);
        cuts++;
        if (before.positions > 0) {
          result.add(before);
        }
      }
    }
    return result;
  }

  /** The rows behind this tile and before another one. */
  private StepTile next(StepBatch batch, int endRow) {
    int from = first + positions;
    int to = from;
    while (to < batch.positions && batch.flatPositions[to] < (long) endRow * batch.length) {
      to++;
    }
    int fromGuided = firstGuided + guided;
    int toGuided = fromGuided;
    while (toGuided < batch.guided && batch.guidedIndices[toGuided] < to) {
      toGuided++;
    }
    int row = firstRow + rows;
    return new StepTile(row, endRow - row, from, to - from, fromGuided, toGuided - fromGuided);
  }

  private static boolean followsRows(StepBatch batch) {
    for (int i = 1; i < batch.positions; i++) {
      if (rowOf(batch.flatPositions[i], batch) < rowOf(batch.flatPositions[i - 1], batch)) {
        return false;
      }
    }
    return true;
  }

  /** Rows that can't be parted from the row before them. */
  private static boolean[] joined(StepBatch batch) {
    boolean[] joined = new boolean[batch.rows];
    for (int twin = 0; twin < batch.guided; twin++) {
      int own = rowOf(batch.flatPositions[batch.guidedIndices[twin]], batch);
      int other = rowOf(batch.guidedFlatPositions[twin], batch);
      for (int row = Math.min(own, other) + 1; row <= Math.max(own, other); row++) {
        joined[row] = true;
      }
    }
    return joined;
  }

  private static int rowOf(long flatPosition, StepBatch batch) {
    return (int) (flatPosition / batch.length);
  }
}
