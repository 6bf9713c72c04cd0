package dev.lacuna.runtime.text;

import static dev.lacuna.runtime.check.CheckedAssert.validOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import dev.lacuna.runtime.text.tokenizer.TokenizerKinds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Text around blanks and in them, with a tokenizer of every kind. */
class BlankEdgesTest {

  private static final int CANVAS = 48;

  private static final SamplingSettings SETTINGS =
      SamplingSettings.plain(4, UnmaskingOrder.CONFIDENCE, 1f, 1f, 0, 1);

  static List<String> kinds() {
    return List.copyOf(TokenizerKinds.all().keySet());
  }

  private static ModelFacts facts(TextCodec codec) {
    return TestFacts.of("m", "r", codec.size(), codec.size(), CANVAS, 4);
  }

  private static DocumentPlan plan(TextCodec codec, List<Segment> segments) {
    return validOf(
        new CanvasPlanner(facts(codec), codec, ModelLimits.DEFAULT).plan(new Document(segments)));
  }

  private static FilledDocument read(TextCodec codec, DocumentPlan plan, int[] tokens) {
    RunProgress finished = RunProgress.inFirstPass(1, tokens, new float[tokens.length]);
    return new DocumentReader(facts(codec), codec).read(plan, SETTINGS, finished);
  }

  private static Blank blank(int tokens) {
    return new Blank(tokens, Optional.empty(), Document.BlankLength.EXACT);
  }

  /** Cuts the words between two places out, and puts back the tokens that they have there. */
  private static String cutAndFill(TextCodec codec, String before, String cut, String after) {
    boolean first = before.isEmpty();
    boolean spaced = before.endsWith(" ");
    String owned = (spaced ? " " : "") + cut;
    int[] tokens = first ? codec.encode(owned) : codec.encodeAfter(owned);
    DocumentPlan plan =
        plan(codec, List.of(new Text(before), blank(tokens.length), new Text(after)));
    return read(codec, plan, tokens).text();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shouldGiveTheTextBackWhenABlankGetsTheTokensCutOut(String kind) {
    TextCodec codec = TokenizerKinds.named(kind);
    assertThat(cutAndFill(codec, "the river runs ", "past the old", " mill"))
        .isEqualTo("the river runs past the old mill");
    assertThat(cutAndFill(codec, "", "the river", " runs past")).isEqualTo("the river runs past");
    assertThat(cutAndFill(codec, "the river runs ", "past", "")).isEqualTo("the river runs past");
    assertThat(cutAndFill(codec, "the river", " runs", " past")).isEqualTo("the river runs past");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shouldEncodeTextAfterABlankWithoutAnInventedSpace(String kind) {
    TextCodec codec = TokenizerKinds.named(kind);
    int[] known = codec.encodeAfter("the");
    assertThat(codec.decodeAfter(known)).isEqualTo(codec.spacesTokens() ? " the" : "the");
    assertThat(codec.decodeAfter(codec.encodeAfter(" the"))).isEqualTo(" the");
    DocumentPlan plan = plan(codec, List.of(new Text("the "), blank(1), new Text("the")));
    int[] begun = codec.encode("the");
    assertThat(Arrays.copyOf(plan.tokens(), begun.length)).isEqualTo(begun);
    assertThat(Arrays.copyOfRange(plan.tokens(), begun.length + 1, begun.length + 1 + known.length))
        .isEqualTo(known);
  }

  @Test
  void shouldPutSpacesBetweenWordsOnlyWhenTokensHaveNone() {
    TextCodec words = TokenizerKinds.named("word level");
    assertThat(words.spacesTokens()).isTrue();
    int[] old = words.encode("old");
    assertThat(read(words, plan(words, List.of(new Text("the"), blank(1), new Text("mill"))), old))
        .extracting(FilledDocument::text)
        .isEqualTo("the old mill");
    assertThat(
            read(words, plan(words, List.of(new Text("(the "), blank(1), new Text(", mill"))), old))
        .extracting(FilledDocument::text)
        .isEqualTo("(the old, mill");
    assertThat(read(words, plan(words, List.of(new Text("("), blank(1), new Text(")"))), old))
        .extracting(FilledDocument::text)
        .isEqualTo("(old)");
    int[] two = words.encode("old mill");
    assertThat(read(words, plan(words, List.of(blank(1), blank(1))), two).text())
        .isEqualTo("old mill");
    TokenizerKinds.all()
        .forEach(
            (kind, codec) ->
                assertThat(codec.spacesTokens()).as(kind).isEqualTo(kind.equals("word level")));
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {"byte level, whole alphabet", "LLaMA 2 with bytes for unknown text"})
  void shouldReplaceHalfACharacterInTheBlankAlone(String kind) {
    TextCodec codec = TokenizerKinds.named(kind);
    int[] fox = codec.encodeAfter("\ud83e\udd8a");
    assertThat(fox.length).isGreaterThan(1);
    DocumentPlan plan =
        plan(
            codec,
            List.of(new Text("\u00e9"), blank(fox.length - 1), blank(1), new Text("\ud83e\udd8a")));
    FilledDocument filled = read(codec, plan, fox);
    assertThat(filled.text()).matches("\u00e9\ufffd+\ud83e\udd8a");
    assertThat(filled.blanks()).allSatisfy(b -> assertThat(b.text()).matches("\ufffd+"));
    assertThat(filled.blanks().get(1).tokenIds()).containsExactly(fox[fox.length - 1]);
  }

  /** Any Unicode, blanks anywhere, any tokens in them. */
  @Property(tries = 300)
  void shouldReturnKnownTextAsItWasWhateverTheTokenizerDoesToIt(
      @ForAll("kindNames") String kind,
      @ForAll("documents") List<Segment> segments,
      @ForAll long seed) {
    TextCodec codec = TokenizerKinds.named(kind);
    DocumentPlan plan = plan(codec, segments);
    FilledDocument filled = read(codec, plan, randomTokens(codec, plan, seed));
    StringBuilder expected = new StringBuilder();
    int next = 0;
    for (Segment segment : segments) {
      expected.append(
          segment instanceof Text text ? text.content() : filled.blanks().get(next++).text());
    }
    assertThat(filled.text()).isEqualTo(expected.toString());
    long bytes =
        filled.blanks().stream()
            .mapToLong(b -> b.text().getBytes(StandardCharsets.UTF_8).length)
            .sum();
    // A blank between words may get a space of its own from a word-level model.
    assertThat(bytes)
        .isLessThanOrEqualTo(
            (long) plan.maskCount() * codec.maxTokenBytes() + plan.blanks().size());
  }

  @Property(tries = 200)
  void shouldPlanAndReadTheSameHoweverTheTextIsCut(
      @ForAll("kindNames") String kind,
      @ForAll("documents") List<Segment> segments,
      @ForAll long seed) {
    TextCodec codec = TokenizerKinds.named(kind);
    DocumentPlan whole = plan(codec, joined(segments));
    DocumentPlan cut = plan(codec, cut(segments, new Random(seed)));
    assertThat(cut.tokens()).isEqualTo(whole.tokens());
    assertThat(cut.passes()).isEqualTo(whole.passes());
    int[] tokens = randomTokens(codec, whole, seed);
    assertThat(read(codec, cut, tokens).text()).isEqualTo(read(codec, whole, tokens).text());
  }

  private static int[] randomTokens(TextCodec codec, DocumentPlan plan, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, plan.maskCount()).map(i -> random.nextInt(codec.size())).toArray();
  }

  private static List<Segment> joined(List<Segment> segments) {
    List<Segment> joined = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Segment segment : segments) {
      if (segment instanceof Text known) {
        text.append(known.content());
      } else {
        joined.add(new Text(text.toString()));
        text.setLength(0);
        joined.add(segment);
      }
    }
    joined.add(new Text(text.toString()));
    return joined;
  }

  /** Cuts every text at a random place, surrogate pairs too. */
  private static List<Segment> cut(List<Segment> segments, Random random) {
    List<Segment> cut = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment instanceof Text text) {
        int at = random.nextInt(text.content().length() + 1);
        cut.add(new Text(text.content().substring(0, at)));
        cut.add(new Text(text.content().substring(at)));
      } else {
        cut.add(segment);
      }
    }
    return cut;
  }

  @Provide
  Arbitrary<String> kindNames() {
    return Arbitraries.of(kinds());
  }

  @Provide
  Arbitrary<List<Segment>> documents() {
    Arbitrary<String> words =
        Arbitraries.of("the", " ", "  ", "river", "\n", "\u2581", "<s>", "\ud83e\udd8a", "\u00e9")
            .list()
            .ofMaxSize(30)
            .map(parts -> String.join("", parts));
    Arbitrary<Segment> texts =
        Arbitraries.oneOf(Arbitraries.strings().all().ofMaxLength(60), words).map(Text::new);
    Arbitrary<Segment> blanks =
        Arbitraries.oneOf(
                Arbitraries.integers().between(1, 6), Arbitraries.integers().between(1, 120))
            .map(BlankEdgesTest::blank);
    Arbitrary<List<Segment>> all = Arbitraries.oneOf(texts, blanks).list().ofMaxSize(12);
    return Combinators.combine(all, blanks)
        .as(
            (segments, last) -> {
              List<Segment> document = new ArrayList<>(segments);
              document.add(document.size() / 2, last);
              return document;
            });
  }
}
