package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.MixedBatch;
import dev.lacuna.runtime.onnx.RandomModel;
import dev.lacuna.runtime.onnx.Steps;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tiles and chunks change no bit of any row, whatever the other rows of its batch ask for. */
class StepSizesTest {

  private static final ForwardPassOptions OPTIONS = ForwardPassOptions.defaults().withThreads(2);

  private static final List<StepSizes> SIZES =
      List.of(
          new StepSizes(1, 256),
          new StepSizes(100, 7),
          new StepSizes(3 * MixedBatch.LENGTH, 1),
          new StepSizes(Integer.MAX_VALUE, 7),
          new StepSizes(Integer.MAX_VALUE, 256));

  private static final List<Integer> ALL =
      IntStream.range(0, MixedBatch.KINDS.size()).boxed().toList();

  @ParameterizedTest
  @EnumSource
  void shouldGiveEveryRowItsBitsWhenTilesAndChunksDiffer(RandomModel model) {
    List<Steps.Outcome> whole;
    try (ForwardPass pass = model.sampling(NumberFormat.FP32, OPTIONS.withSizes(StepSizes.WHOLE))) {
      whole = run(pass, ALL);
      assertThat(whole).doesNotHaveDuplicates();
    }
    for (StepSizes sizes : SIZES) {
      try (ForwardPass pass = model.sampling(NumberFormat.FP32, OPTIONS.withSizes(sizes))) {
        assertThat(run(pass, ALL)).as("%s", sizes).isEqualTo(whole);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveEveryRowItsBitsWhenItIsAloneOrElsewhere(RandomModel model) {
    try (ForwardPass pass = model.sampling(NumberFormat.FP32, OPTIONS)) {
      List<Steps.Outcome> together = run(pass, ALL);
      for (int kind : ALL) {
        assertThat(run(pass, List.of(kind)))
            .as("kind %d", kind)
            .containsExactly(together.get(kind));
      }
      List<Integer> turned = Stream.concat(ALL.stream().skip(4), ALL.stream().limit(4)).toList();
      List<Integer> backwards = ALL.stream().sorted(Comparator.reverseOrder()).toList();
      for (List<Integer> order : List.of(turned, backwards)) {
        List<Steps.Outcome> elsewhere = run(pass, order);
        for (int i = 0; i < order.size(); i++) {
          assertThat(elsewhere.get(i)).isEqualTo(together.get(order.get(i)));
        }
      }
    }
  }

  private static List<Steps.Outcome> run(ForwardPass pass, List<Integer> kinds) {
    StepBatch batch = MixedBatch.of(kinds, RandomModel.MASK);
    pass.run(batch);
    return MixedBatch.results(batch, kinds, RandomModel.MASK);
  }

  @Test
  void shouldBoundTheLogitsInMemoryWhenTheVocabularyIsLarge() {
    assertThat(StepSizes.found(4096, "cpu")).isEqualTo(new StepSizes(1024, 256));
    assertThat(StepSizes.found(126_464, "cpu")).isEqualTo(new StepSizes(1024, 64));
    assertThat(StepSizes.found(100, "cpu")).isEqualTo(new StepSizes(1024, 512));
    assertThat(StepSizes.found(4096, "cuda:0")).isEqualTo(new StepSizes(Integer.MAX_VALUE, 16_384));
  }

  @Test
  void shouldRefuseSizesWhenNothingWouldRun() {
    assertThatThrownBy(() -> new StepSizes(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected at least 1 of each");
  }
}
