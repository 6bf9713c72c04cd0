package dev.lacuna.benchmarks.floor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.onnx.KitModel;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts of 3 rows of 10 tokens, 7 positions of which are sampled. */
class ForwardProductsTest {

  private static final int ROWS = 3;
  private static final int LENGTH = 10;
  private static final int PICKS = 7;

  /**
   * Counted by hand from the stored tensors, two layers each: {@code 2 × positions × elements} of
   * every matrix (30 positions; 7 in the last layer behind its attention), {@code 2 × 2 × 3 × 10 ×
   * 10 × heads × width} for attention in either layer, and {@code 2 × 7 × hidden × vocabulary}.
   */
  @ParameterizedTest
  @CsvSource({
    "diffugpt, 1177600",
    "diffugpt-resized, 1174016",
    "diffullama, 965632",
    "diffullama-wrapped, 965632",
    "diffullama-gqa, 1673088",
    "diffullama-bf16, 905216",
    "smdm, 1018880",
    "smdm-gqa, 782336",
    "llada, 1029632",
    "llada-sharded, 1029632",
    "dream, 903168",
    "sundae, 1013504",
  })
  void shouldCountWhatWasCountedByHand(String model, long flops) {
    assertThat(products(model).flops()).isEqualTo(flops);
  }

  @Test
  void shouldHaveCountsForEveryModelOfTheKit() {
    assertThat(KitModel.all().map(KitModel::name)).hasSize(12);
  }

  @Test
  void shouldNameEachProductWithItsShape() {
    // Dream: 4 query heads of 8 share 2 key heads.
    assertThat(
            products("dream").all().stream()
                .map(p -> p.name() + " " + List.of(p.batch(), p.m(), p.k(), p.n(), p.times())))
        .containsExactly(
            "query [1, 30, 32, 32, 2]",
            "key [1, 30, 32, 16, 2]",
            "value [1, 30, 32, 16, 2]",
            "scores [6, 20, 8, 10, 2]",
            "mixed [6, 20, 10, 8, 2]",
            "output [1, 30, 32, 32, 1]",
            "gate [1, 30, 32, 64, 1]",
            "up [1, 30, 32, 64, 1]",
            "down [1, 30, 64, 32, 1]",
            "output [1, 7, 32, 32, 1]",
            "gate [1, 7, 32, 64, 1]",
            "up [1, 7, 32, 64, 1]",
            "down [1, 7, 64, 32, 1]",
            "logits [1, 7, 32, 112, 1]");
  }

  @Test
  void shouldJoinTheLastLayerToTheOthersWhenAllPositionsAreSampled() {
    ForwardProducts all = new ForwardProducts(shape("dream"), ROWS, LENGTH, ROWS * LENGTH);

    assertThat(all.all().stream().map(MatrixProduct::name).collect(Collectors.toSet()))
        .hasSameSizeAs(all.all());
    assertThat(all.flops()).isGreaterThan(products("dream").flops());
  }

  @Test
  void shouldRefuseShapesThatTheModelDoesNotHave() {
    TransformerShape shape = shape("dream");

    assertThatThrownBy(() -> new ForwardProducts(shape, 1, 97, 1))
        .hasMessageContaining("of 1 to 96 tokens");
    assertThatThrownBy(() -> new ForwardProducts(shape, 2, 8, 17))
        .hasMessageContaining("17 positions to be sampled; there must be from 1 to 16");
  }

  /**
   * All products, the tiles' odd ends too, give numbers: nothing overflows and nothing vanishes.
   */
  @ParameterizedTest
  @CsvSource({"diffugpt", "diffullama-gqa", "smdm", "llada", "dream", "sundae"})
  void shouldRunWholeAndInTiles(String model) {
    ForwardProducts products = products(model);
    try (ProductFloor floor = ProductFloor.open(products, ForwardPassOptions.defaults())) {
      List<ProductFloor.Tiling> tilings =
          List.of(
              new ProductFloor.Tiling(floor.rowsAtOnce().get(0), floor.picksAtOnce().get(0)),
              new ProductFloor.Tiling(2, 4));
      for (ProductFloor.Tiling tiling : tilings) {
        for (float[] ends : floor.run(tiling)) {
          for (float end : ends) {
            assertThat(Math.abs(end)).isBetween(1e-20f, 1e20f);
          }
        }
      }
      assertThat(floor.run(tilings.get(0))).hasSize(2);
      assertThat(floor.run(tilings.get(1))).hasSize(4);
    }
  }

  @Test
  void shouldRunEachProductByItself() {
    for (MatrixProduct product : products("dream").all()) {
      try (SingleProduct single = SingleProduct.open(product, ForwardPassOptions.defaults())) {
        assertThat(single.run()).doesNotContain(0f).isNotEmpty();
      }
    }
  }

  private static ForwardProducts products(String model) {
    return new ForwardProducts(shape(model), ROWS, LENGTH, PICKS);
  }

  private static TransformerShape shape(String model) {
    return KitModel.of(model).read().shape();
  }
}
