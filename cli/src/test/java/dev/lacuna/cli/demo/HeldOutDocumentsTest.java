package dev.lacuna.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.text.TextCodec;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutDocumentsTest {

  private final Map<String, String> texts = texts();

  @Test
  void shouldChooseTwoDozenDocumentsAndTwoPrompts() {
    List<GenerationRequest> requests = choose(1);

    assertThat(requests).hasSize(26);
    assertThat(requests).extracting(GenerationRequest::getId).doesNotHaveDuplicates();
    assertThat(requests.subList(0, 2))
        .allSatisfy(
            prompt -> {
              assertThat(prompt.getDocument()).hasSize(2);
              Blank blank = (Blank) prompt.getDocument().get(1);
              assertThat(blank.getLength()).isEqualTo(BlankLength.UP_TO);
              assertThat(blank.getTokens()).isBetween(48, 64);
              String text = ((Text) prompt.getDocument().get(0)).getContent();
              assertThat(new Words().encode(text).length).isBetween(100, 130);
            });
  }

  @Test
  void shouldCutOneToThreeSpansOfFourToSixteenTokens() {
    for (GenerationRequest request : choose(2).subList(2, 26)) {
      List<Blank> blanks =
          request.getDocument().stream()
              .filter(Blank.class::isInstance)
              .map(Blank.class::cast)
              .toList();
      assertThat(blanks).hasSizeBetween(1, 3);
      assertThat(blanks).allSatisfy(blank -> assertThat(blank.getTokens()).isBetween(4, 16));
    }
  }

  @Test
  void shouldCutExactlyAsManyTokensAsTheBlankHolds() {
    for (GenerationRequest request : choose(3).subList(2, 26)) {
      String original = texts.get(request.getId());
      int kept =
          request.getDocument().stream()
              .filter(Text.class::isInstance)
              .mapToInt(text -> new Words().encode(((Text) text).getContent()).length)
              .sum();
      int cut =
          request.getDocument().stream()
              .filter(Blank.class::isInstance)
              .mapToInt(blank -> ((Blank) blank).getTokens())
              .sum();
      assertThat(kept + cut).isEqualTo(new Words().encode(original).length);
    }
  }

  @Test
  void shouldChooseTheSameForTheSameSeedAndOthersForAnother() {
    assertThat(choose(4)).isEqualTo(choose(4)).isNotEqualTo(choose(5));
  }

  @Test
  void shouldTakeStepsFromThePersonWhenGiven() {
    List<GenerationRequest> requests =
        HeldOutDocuments.of(new Words(), 256, Optional.of(3), 1).choose(texts);

    assertThat(requests).allSatisfy(r -> assertThat(r.getSampling().getSteps()).isEqualTo(3));
  }

  private List<GenerationRequest> choose(long seed) {
    return HeldOutDocuments.of(new Words(), 256, Optional.empty(), seed).choose(texts);
  }

  private static Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    for (int i = 0; i < 80; i++) {
      int words = 40 + 2 * i;
      texts.put(
          "package-" + i,
          IntStream.range(0, words).mapToObj(w -> "word" + w).collect(Collectors.joining(" ")));
    }
    return texts;
  }

  /** One token for each word. */
  private static final class Words implements TextCodec {
    @Override
    public int[] encode(String text) {
      return new int[text.isBlank() ? 0 : text.strip().split(" ").length];
    }

    @Override
    public String decode(int[] tokens) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int maxTokenBytes() {
      return 16;
    }

    @Override
    public int size() {
      return 1;
    }
  }
}
