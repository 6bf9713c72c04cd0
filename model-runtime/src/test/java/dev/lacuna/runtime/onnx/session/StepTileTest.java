package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.Steps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepTileTest {

  private static final int LENGTH = 8;

  /** Rows of a length of 8, each with so many positions to sample. */
  private static StepBatch batch(int... positions) {
    List<Steps.Row> rows = new ArrayList<>();
    for (int count : positions) {
      int[] all = new int[count];
      for (int i = 0; i < count; i++) {
        all[i] = i;
      }
      rows.add(new Steps.Row(new long[LENGTH], all, Steps.Draw.GREEDY));
    }
    return Steps.batch(LENGTH, 0, rows);
  }

  private static StepTile plain(int firstRow, int rows, int first, int positions) {
    return new StepTile(firstRow, rows, first, positions, 0, 0);
  }

  @Test
  void shouldCutIntoEqualPartsWhenRowsDivide() {
    assertThat(StepTile.of(batch(3, 3, 3, 3), 2 * LENGTH))
        .containsExactly(plain(0, 2, 0, 6), plain(2, 2, 6, 6));
  }

  @Test
  void shouldBalanceTilesWhenRowsDoNotDivide() {
    assertThat(StepTile.of(batch(1, 2, 3, 4, 5), 2 * LENGTH))
        .containsExactly(plain(0, 3, 0, 6), plain(3, 2, 6, 9));
  }

  @Test
  void shouldMakeOneTileWhenLessThanTwoFit() {
    assertThat(StepTile.of(batch(1, 2, 3), 2 * LENGTH)).containsExactly(plain(0, 3, 0, 6));
    assertThat(StepTile.of(batch(1, 2, 3), Integer.MAX_VALUE)).hasSize(1);
  }

  @Test
  void shouldMakeATileOfEachRowWhenRowsAreLongerThanATile() {
    assertThat(StepTile.of(batch(1, 2), 1)).containsExactly(plain(0, 1, 0, 1), plain(1, 1, 1, 2));
  }

  @Test
  void shouldLeaveOutTilesWhenTheyHaveNothingToSample() {
    assertThat(StepTile.of(batch(0, 4, 0, 0), 1)).containsExactly(plain(1, 1, 0, 4));
  }

  @Test
  void shouldKeepATwinWithItsRowWhenTilesWouldPartThem() {
    StepBatch batch = batch(2, 0, 2, 2, 0, 1);
    for (int[] guided : new int[][] {{0, LENGTH}, {1, LENGTH + 1}, {4, 4 * LENGTH}}) {
      batch.guidedIndices[batch.guided] = guided[0];
      batch.guidedFlatPositions[batch.guided++] = guided[1];
    }
    assertThat(StepTile.of(batch, LENGTH))
        .containsExactly(
            new StepTile(0, 2, 0, 2, 0, 2),
            new StepTile(2, 1, 2, 2, 2, 0),
            new StepTile(3, 2, 4, 2, 2, 1),
            new StepTile(5, 1, 6, 1, 3, 0));
  }

  @Test
  void shouldMakeOneTileWhenPositionsDoNotFollowTheRows() {
    StepBatch batch = batch(1, 1, 1);
    batch.flatPositions[0] = 2 * LENGTH;
    assertThat(StepTile.of(batch, 1)).containsExactly(StepTile.whole(batch));
  }
}
