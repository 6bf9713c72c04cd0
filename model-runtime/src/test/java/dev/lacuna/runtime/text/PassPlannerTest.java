package dev.lacuna.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.text.DocumentPlan.BlankSpan;
import dev.lacuna.runtime.text.DocumentPlan.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PassPlannerTest {

  /** Tokens of a made-up document, its blanks, and the canvas that has to hold it. */
  record Layout(int length, List<BlankSpan> blanks, int canvas) {

    List<Pass> passes() {
      return PassPlanner.of(canvas).plan(length, blanks);
    }

    int[] maskPositions() {
      return blanks.stream()
          .flatMapToInt(blank -> IntStream.range(blank.start(), blank.start() + blank.length()))
          .toArray();
    }
  }

  /** Known tokens and blanks by turns: gap, blank, gap, blank, …, gap. */
  private static Layout layout(int canvas, List<Integer> lengths) {
    List<BlankSpan> blanks = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < lengths.size(); i++) {
      if (i % 2 == 1) {
        blanks.add(new BlankSpan(at, lengths.get(i), i, false, false));
      }
      at += lengths.get(i);
    }
    return new Layout(at, blanks, canvas);
  }

  private static Layout layout(int canvas, Integer... lengths) {
    return layout(canvas, List.of(lengths));
  }

  @Provide
  Arbitrary<Layout> layouts() {
    Arbitrary<Integer> gaps =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 3), Arbitraries.integers().between(0, 200));
    Arbitrary<Integer> blanks =
        Arbitraries.oneOf(
            Arbitraries.integers().between(1, 9), Arbitraries.integers().between(1, 300));
    Arbitrary<List<Integer>> lengths =
        Combinators.combine(gaps, blanks)
            .as((gap, blank) -> List.of(gap, blank))
            .list()
            .ofMinSize(1)
            .ofMaxSize(20)
            .flatMap(
                pairs ->
                    gaps.map(
                        last -> {
                          List<Integer> all = new ArrayList<>();
                          pairs.forEach(all::addAll);
                          all.add(last);
                          return all;
                        }));
    Arbitrary<Integer> canvases =
        Arbitraries.oneOf(
            Arbitraries.integers().between(1, 8), Arbitraries.integers().between(1, 160));
    return Combinators.combine(canvases, lengths).as(PassPlannerTest::layout);
  }

  @Property
  void shouldFillEveryMaskOnceInReadingOrder(@ForAll("layouts") Layout layout) {
    int next = 0;
    for (Pass pass : layout.passes()) {
      assertThat(pass.firstMask()).isEqualTo(next);
      assertThat(pass.masks()).isPositive();
      next += pass.masks();
    }
    assertThat(next).isEqualTo(layout.maskPositions().length);
  }

  @Property
  void shouldStayWithinDocumentAndCanvas(@ForAll("layouts") Layout layout) {
    for (Pass pass : layout.passes()) {
      assertThat(pass.start()).isNotNegative();
      assertThat(pass.end()).isLessThanOrEqualTo(layout.length());
      assertThat(pass.length()).isBetween(1, layout.canvas());
    }
  }

  @Property
  void shouldHoldItsOwnMasksAndNoneOfALaterPass(@ForAll("layouts") Layout layout) {
    int[] masks = layout.maskPositions();
    for (Pass pass : layout.passes()) {
      int behind = pass.firstMask() + pass.masks();
      assertThat(masks[pass.firstMask()]).isGreaterThanOrEqualTo(pass.start());
      assertThat(masks[behind - 1]).isLessThan(pass.end());
      if (behind < masks.length) {
        assertThat(masks[behind]).isGreaterThanOrEqualTo(pass.end());
      }
    }
  }

  @Property
  void shouldHaveAQuarterOfTheCanvasOrAllThereIsOnEitherSide(@ForAll("layouts") Layout layout) {
    List<Pass> passes = layout.passes();
    int[] masks = layout.maskPositions();
    int quarter = layout.canvas() / 4;
    for (Pass pass : passes) {
      int first = masks[pass.firstMask()];
      int behind = pass.firstMask() + pass.masks();
      int last = masks[behind - 1];
      int known = (behind < masks.length ? masks[behind] : layout.length()) - last - 1;
      boolean fits = layout.length() <= layout.canvas();
      int left = fits ? first : Math.min(first, quarter);
      assertThat(first - pass.start()).isGreaterThanOrEqualTo(left);
      assertThat(pass.end() - last - 1).isGreaterThanOrEqualTo(Math.min(known, quarter));
    }
  }

  @Property
  void shouldFillTheCanvasWithContext(@ForAll("layouts") Layout layout) {
    int[] masks = layout.maskPositions();
    for (Pass pass : layout.passes()) {
      int behind = pass.firstMask() + pass.masks();
      int limit = behind < masks.length ? masks[behind] : layout.length();
      boolean allThereIs = pass.start() == 0 && pass.end() == limit;
      assertThat(pass.length() == layout.canvas() || allThereIs).isTrue();
    }
  }

  @Property
  void shouldNeverBeginAWindowWithAMaskWhenTheDocumentDoesNot(@ForAll("layouts") Layout layout) {
    int[] masks = layout.maskPositions();
    for (Pass pass : layout.passes()) {
      if (layout.canvas() > 1 && masks[0] > 0) {
        assertThat(masks[pass.firstMask()]).isGreaterThan(pass.start());
      }
    }
  }

  @Property
  void shouldCutABlankIntoBlocksOfEqualLength(@ForAll("layouts") Layout layout) {
    List<Pass> passes = layout.passes();
    int firstMask = 0;
    for (BlankSpan blank : layout.blanks()) {
      int from = firstMask;
      int to = firstMask + blank.length();
      List<Integer> blocks =
          passes.stream()
              .filter(pass -> pass.firstMask() >= from && pass.firstMask() + pass.masks() <= to)
              .map(Pass::masks)
              .toList();
      for (int block : blocks) {
        assertThat(blocks.get(0) - block).isBetween(0, 1);
      }
      firstMask = to;
    }
  }

  @Property
  void shouldPlanTheSameAgain(@ForAll("layouts") Layout layout) {
    assertThat(layout.passes()).isEqualTo(layout.passes());
  }

  @Test
  void shouldTakeOnePassWhenTheDocumentFits() {
    assertThat(layout(16, 1, 6, 2, 5, 2).passes()).containsExactly(new Pass(0, 16, 0, 11));
  }

  @Test
  void shouldShareAPassWhenBlanksFitWithTheirContext() {
    assertThat(layout(16, 20, 2, 4, 2, 20).passes()).containsExactly(new Pass(16, 32, 0, 4));
    assertThat(layout(16, 20, 2, 5, 2, 20).passes())
        .containsExactly(new Pass(11, 27, 0, 2), new Pass(20, 36, 2, 2));
  }

  @Test
  void shouldCutABlankOfManyCanvasesWithTextBehindTheLastBlock() {
    assertThat(layout(16, 10, 20, 30).passes())
        .containsExactly(new Pass(1, 17, 0, 7), new Pass(8, 24, 7, 7), new Pass(19, 35, 14, 6));
  }

  @Test
  void shouldGiveABlankAtTheEndMoreTokensAPass() {
    assertThat(layout(16, 10, 24, 0).passes())
        .containsExactly(new Pass(6, 22, 0, 12), new Pass(18, 34, 12, 12));
  }
}
