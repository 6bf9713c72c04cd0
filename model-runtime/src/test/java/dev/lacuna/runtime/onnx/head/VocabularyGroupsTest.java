package dev.lacuna.runtime.onnx.head;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocabularyGroupsTest {

  @Test
  void shouldCoverTheVocabularyInAlignedGroupsWhateverItsSize() {
    for (int vocabulary = 1; vocabulary < 200_000; vocabulary++) {
      VocabularyGroups groups = VocabularyGroups.of(vocabulary);
      assertThat(groups.width() % VocabularyGroups.ALIGNED).as("%d ids", vocabulary).isZero();
      assertThat(groups.groups() * groups.width() - groups.padding()).isEqualTo(vocabulary);
      assertThat(groups.padding()).isBetween(0, 127);
    }
  }

  @ParameterizedTest
  @CsvSource({"4096,64", "32000,160", "126464,304", "152064,384"})
  void shouldNotPadWhenAnAlignedWidthDividesTheVocabulary(int vocabulary, int width) {
    assertThat(VocabularyGroups.of(vocabulary))
        .isEqualTo(new VocabularyGroups(vocabulary / width, width, 0));
  }
}
