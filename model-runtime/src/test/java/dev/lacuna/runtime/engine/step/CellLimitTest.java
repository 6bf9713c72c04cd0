package dev.lacuna.runtime.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What running out of memory teaches, and how it is forgotten. */
final class CellLimitTest {
  private final CellLimit limit = new CellLimit();

  private void goWell(int cells, int times) {
    for (int i = 0; i < times; i++) {
      limit.wentWell(cells);
    }
  }

  @Test
  void shouldHalveAndRiseAfterManyGoodPasses() {
    limit.tooMany(1_000);
    assertThat(limit.cells()).isEqualTo(500);
    goWell(500, CellLimit.PATIENCE);
    assertThat(limit.cells()).isEqualTo(750);
  }

  @Test
  void shouldEndWhenWhatWasTooMuchGoesWell() {
    limit.tooMany(1_000);
    goWell(500, 2 * CellLimit.PATIENCE);
    assertThat(limit.cells()).isGreaterThan(1_000);
    assertThat(limit.wentWell(1_100)).isTrue();
    assertThat(limit.cells()).isEqualTo(CellLimit.NONE);
  }

  @Test
  void shouldNeverRiseSoFarThatItIsNoLimitAnyMoreWhileAllBatchesAreSmall() {
    limit.tooMany(1_000);
    goWell(100, 100 * CellLimit.PATIENCE);

    assertThat(limit.cells()).as("enough to try what was too much").isEqualTo(2_000);
    assertThat(limit.wentWell(100)).as("nothing to tell of").isFalse();
  }

  @Test
  void shouldStandTheLargestNumberOfCells() {
    limit.tooMany(Integer.MAX_VALUE - 1);
    goWell(100, 100 * CellLimit.PATIENCE);

    assertThat(limit.cells()).isGreaterThanOrEqualTo(Integer.MAX_VALUE - 1);
  }
}
