package dev.lacuna.runtime.text.tokenizer;

import static dev.lacuna.runtime.check.CheckedAssert.refusalOf;
import static dev.lacuna.runtime.check.CheckedAssert.validOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceTextCodecTest {

  /** The demo model's: byte-level BPE of 4096 tokens, of which 0, 1, 2 are pad, end, mask. */
  private static final HuggingFaceTextCodec DEMO = load("demo", 0, 1, 2);

  static Path file(String name) {
    String resource = "/tokenizers/" + name + "-tokenizer.json";
    try {
      return Path.of(HuggingFaceTextCodecTest.class.getResource(resource).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static HuggingFaceTextCodec load(String name, int... reserved) {
    return validOf(HuggingFaceTextCodec.load(file(name), reserved));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<mask>",
        "<eos>",
        "<pad>",
        "a <mask> b<eos><pad>\n<mask><mask>",
        "<<mask>>",
        " <mask> ",
        "A library for <mask>\u0000<mask>"
      })
  void shouldKeepTextThatLooksLikeASpecialToken(String text) {
    int[] tokens = DEMO.encode(text);
    assertThat(tokens).isNotEmpty().doesNotContain(0, 1, 2);
    assertThat(DEMO.decode(tokens)).isEqualTo(text);
  }

  @Property(tries = 300)
  void shouldRoundTripAnyTextWithoutSpecialTokens(@ForAll String anything) {
    String text = new String(anything.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    int[] tokens = DEMO.encode(text);
    assertThat(tokens).doesNotContain(0, 1, 2);
    assertThat(DEMO.decode(tokens)).isEqualTo(text);
  }

  @Test
  void shouldReplaceHalfASurrogatePairAndKeepTheRest() {
    assertThat(DEMO.decode(DEMO.encode("\ud83e\udd8a x\ud83e y")))
        .isEqualTo("\ud83e\udd8a x\ufffd y");
  }

  @Test
  void shouldAddNothingAndCutNothing() {
    String text = "the quick brown fox ".repeat(400);
    int[] tokens = DEMO.encode(text);
    assertThat(tokens.length).isGreaterThan(512);
    assertThat(DEMO.decode(tokens)).isEqualTo(text);
    assertThat(DEMO.encode("")).isEmpty();
    assertThat(DEMO.decode(new int[0])).isEmpty();
  }

  @Test
  void shouldDecodeBrokenUtf8AsReplacementCharacters() {
    int[] fox = DEMO.encode("\ud83e\udd8a");
    assertThat(fox.length).isGreaterThan(1);
    assertThat(DEMO.decode(Arrays.copyOf(fox, fox.length - 1))).contains("\ufffd");
    assertThat(DEMO.decode(fox)).isEqualTo("\ud83e\udd8a");
  }

  @Test
  void shouldLeaveSpecialTokensOutOfTheText() {
    int[] word = DEMO.encode(" library");
    int[] withEnd = Arrays.copyOf(word, word.length + 1);
    withEnd[word.length] = 1;
    assertThat(DEMO.decode(withEnd)).isEqualTo(" library");
  }

  @Property(tries = 500)
  void shouldStayWithinMaxTokenBytesWhateverTheTokens(
      @ForAll @IntRange(min = 0, max = 4095) int[] tokens) {
    int bytes = DEMO.decode(tokens).getBytes(StandardCharsets.UTF_8).length;
    assertThat(bytes).isLessThanOrEqualTo(tokens.length * DEMO.maxTokenBytes());
  }

  @Test
  void shouldReachEveryTokenWithinMaxTokenBytes() {
    int longest = 0;
    for (int token = 0; token < DEMO.size(); token++) {
      int bytes = DEMO.decode(new int[] {token}).getBytes(StandardCharsets.UTF_8).length;
      longest = Math.max(longest, bytes);
    }
    assertThat(DEMO.size()).isEqualTo(4096);
    assertThat(longest).isGreaterThan(8).isLessThanOrEqualTo(DEMO.maxTokenBytes());
  }

  /** In this file the mask is an ordinary token, " r", that merges would make. */
  @Test
  void shouldNotMakeTheMaskWhenItIsAnOrdinaryToken() {
    int mask = 41;
    HuggingFaceTextCodec open = load("ordinary-mask");
    HuggingFaceTextCodec codec = load("ordinary-mask", mask, 111);
    String text = "the river runs";
    assertThat(open.encode(text)).contains(mask);
    assertThat(codec.encode(text)).doesNotContain(mask);
    assertThat(codec.decode(codec.encode(text))).isEqualTo(text);
    assertThat(codec.encode("the old mill")).isEqualTo(open.encode("the old mill"));
    assertThat(codec.size()).isEqualTo(112);
  }

  @Test
  void shouldKeepAddedTokensBeyondTheVocabularyOutOfText() {
    HuggingFaceTextCodec codec = load("added-tokens", 114, 113);
    int[] tokens = codec.encode("the <|mdm_mask|> old <|eot_id|>");
    assertThat(Arrays.stream(tokens).boxed())
        .allSatisfy(token -> assertThat(token).isLessThan(112));
    assertThat(codec.size()).isEqualTo(116);
  }

  @Test
  void shouldKeepTheTokenForUnknownTextWhenWordsAreTokens() {
    HuggingFaceTextCodec codec = load("word-level", 1, 3);
    assertThat(codec.encode("the river <pad>")).startsWith(4, 5).doesNotContain(1, 3).contains(0);
  }

  @Test
  void shouldRefuseAFileThatIsNoTokenizer(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    assertThat(refusalOf(HuggingFaceTextCodec.load(file)).message()).contains("can't be read");
    Files.writeString(file, "{");
    assertThat(refusalOf(HuggingFaceTextCodec.load(file)).message()).contains("no JSON");
    Files.writeString(file, "[]");
    assertThat(refusalOf(HuggingFaceTextCodec.load(file)).message()).contains("no JSON object");
    Files.writeString(file, "{\"model\":{}}");
    assertThat(refusalOf(HuggingFaceTextCodec.load(file)).message()).contains("model.vocab");
    Files.writeString(file, "{\"model\":{\"type\":\"Odd\",\"vocab\":{\"a\":0}}}");
    assertThat(refusalOf(HuggingFaceTextCodec.load(file)).code()).isEqualTo("INVALID_TOKENIZER");
  }
}
