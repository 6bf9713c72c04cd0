package dev.lacuna.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DocumentSumsTest {

  @Test
  void shouldDivideSumsByTokensWithTheErrorOverDocuments() {
    Estimate estimate = new DocumentSums(new double[] {1, 4, 4}, new long[] {2, 4, 3}).perToken();

    // ratio 9/9 = 1; residuals (1-2)/9, 0, (4-3)/9; squares 2/81; times 3/2; root.
    assertThat(estimate.value()).isEqualTo(1);
    assertThat(estimate.standardError()).isCloseTo(Math.sqrt(3.0 / 81), within(1e-12));
    assertThat(estimate.half95()).isCloseTo(1.96 * Math.sqrt(3.0 / 81), within(1e-12));
  }

  @Test
  void shouldLetCommonLuckCancelWhenTheSameDocumentsAreCompared() {
    DocumentSums one = new DocumentSums(new double[] {1, 9, 5}, new long[] {10, 10, 10});
    DocumentSums two = new DocumentSums(new double[] {2, 10, 6}, new long[] {10, 10, 10});

    Estimate difference = two.minus(one);

    assertThat(difference.value()).isCloseTo(0.1, within(1e-12));
    assertThat(difference.standardError()).isCloseTo(0, within(1e-12));
    assertThat(two.perToken().standardError()).isGreaterThan(0.1);
  }

  @Test
  void shouldJoinDocumentsInOrder() {
    DocumentSums one = new DocumentSums(new double[] {1}, new long[] {2});
    DocumentSums two = new DocumentSums(new double[] {3, 4}, new long[] {5, 6});

    assertThat(one.and(two).sums()).containsExactly(1, 3, 4);
    assertThat(one.and(two).counts()).containsExactly(2, 5, 6);
  }

  @Test
  void shouldHaveNoErrorWhenThereIsOneDocument() {
    Estimate estimate = new DocumentSums(new double[] {1}, new long[] {2}).perToken();

    assertThat(estimate.value()).isEqualTo(0.5);
    assertThat(estimate.standardError()).isNaN();
  }

  @Test
  void shouldRefuseToCompareOtherDocuments() {
    DocumentSums one = new DocumentSums(new double[] {1}, new long[] {2});
    DocumentSums two = new DocumentSums(new double[] {1, 2}, new long[] {2, 2});

    assertThatThrownBy(() -> one.minus(two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not the same");
  }
}
