package dev.lacuna.runtime.text;

import static dev.lacuna.runtime.CheckedAssert.refusalOf;
import static dev.lacuna.runtime.CheckedAssert.validOf;
import static dev.lacuna.runtime.TestFacts.END;
import static dev.lacuna.runtime.TestFacts.MASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.Refusal;
import dev.lacuna.runtime.TestFacts;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.BlankLength;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanvasPlannerTest {

  private static final int LIMIT = 64;

  private final CharCodec codec = new CharCodec();
  private final CanvasPlanner planner = new CanvasPlanner(TestFacts.chars(LIMIT), codec);

  private static Document document(Segment... segments) {
    return new Document(List.of(segments));
  }

  private static Text text(String content) {
    return new Text(content);
  }

  private static Blank blank(int tokens) {
    return new Blank(tokens, Optional.empty(), BlankLength.EXACT);
  }

  private static Blank upTo(int tokens) {
    return new Blank(tokens, Optional.empty(), BlankLength.UP_TO);
  }

  private DocumentPlan plan(Segment... segments) {
    return validOf(planner.plan(document(segments)));
  }

  private Refusal refuse(Segment... segments) {
    return refusalOf(planner.plan(document(segments)));
  }

  /** A canvas in one line: masks as {@code _}, the end token as {@code $}. */
  private static String draw(DocumentPlan plan) {
    StringBuilder line = new StringBuilder();
    for (int token : plan.tokens()) {
      line.append(token == MASK ? '_' : token == END ? '$' : (char) (token - 16));
    }
    return line.toString();
  }

  @Test
  void shouldLayOutManyBlanksOnOneCanvas() {
    DocumentPlan plan = plan(text("a"), blank(2), text("bc"), blank(1), blank(3), text("d"));
    assertThat(draw(plan)).isEqualTo("a__bc____d$");
    assertThat(plan.promptTokens()).isEqualTo(5);
    assertThat(plan.maskPositions()).containsExactly(1, 2, 5, 6, 7, 8);
    assertThat(plan.blanks()).extracting(DocumentPlan.BlankSpan::segment).containsExactly(1, 3, 4);
  }

  @Test
  void shouldLeaveOneSpaceToTheBlankWhenTextEndsInSpaces() {
    DocumentPlan plan = plan(text("a  "), blank(1), text(" b\n"), blank(1), text(" "), blank(1));
    assertThat(draw(plan)).isEqualTo("a _ b\n__");
    assertThat(plan.blanks())
        .extracting(DocumentPlan.BlankSpan::takesLeadingSpace)
        .containsExactly(true, false, true);
  }

  @Test
  void shouldPlanTheSameWhenTextIsCutIntoSegmentsInAnotherWay() {
    DocumentPlan whole = plan(text("ab "), blank(2), text("cd"));
    DocumentPlan cut = plan(text("a"), text("b "), text(""), blank(2), text("c"), text("d"));
    assertThat(cut.tokens()).isEqualTo(whole.tokens());
    assertThat(cut.blanks().get(0).takesLeadingSpace()).isTrue();
  }

  @Test
  void shouldPlanPromptCompletionAndUnconditionalGeneration() {
    assertThat(draw(plan(text("once "), blank(3)))).isEqualTo("once___");
    assertThat(draw(plan(blank(3)))).isEqualTo("___");
    assertThat(draw(plan(blank(LIMIT)))).hasSize(LIMIT);
  }

  @Test
  void shouldAllowTheEndOnlyInAnUpToBlankAtTheEnd() {
    assertThat(plan(upTo(2), text("a"), upTo(2)).blanks())
        .extracting(DocumentPlan.BlankSpan::endAllowed)
        .containsExactly(false, true);
    assertThat(plan(upTo(2), upTo(2), text("")).blanks())
        .extracting(DocumentPlan.BlankSpan::endAllowed)
        .containsExactly(false, true);
    assertThat(plan(text("a"), blank(2)).blanks().get(0).endAllowed()).isFalse();
    assertThat(plan(upTo(2), text("a")).blanks().get(0).endAllowed()).isFalse();
  }

  @Test
  void shouldAppendTheEndTokenOnlyWhenThereIsRoom() {
    assertThat(draw(plan(blank(LIMIT - 2), text("a")))).endsWith("_a$").hasSize(LIMIT);
    assertThat(draw(plan(blank(LIMIT - 1), text("a")))).endsWith("_a").hasSize(LIMIT);
  }

  @Test
  void shouldAppendNoEndTokenWhenTheFamilyHasNone() {
    CanvasPlanner other = new CanvasPlanner(TestFacts.endless(LIMIT), codec);
    assertThat(draw(validOf(other.plan(document(blank(1), text("a")))))).isEqualTo("_a");
  }

  @Test
  void shouldRefuseDocumentsWithoutBlanks() {
    assertThat(refuse().message()).contains("empty", "add a blank");
    assertThat(refuse(text("abc")).message()).contains("no blank");
    assertThat(refuse(text("abc"))).extracting(Refusal::code).isEqualTo("INVALID_DOCUMENT");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void shouldRefuseBlanksWithoutTokens(int tokens) {
    Refusal refusal = refuse(text("a"), blank(1), text("b"), blank(tokens));
    assertThat(refusal.code()).isEqualTo("INVALID_DOCUMENT");
    assertThat(refusal.field()).isEqualTo("document[3].tokens");
    assertThat(refusal.message()).contains(String.valueOf(tokens), "at least 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {LIMIT + 1, 10_000_000, Integer.MAX_VALUE})
  void shouldRefuseBlanksLongerThanTheCanvas(int tokens) {
    Refusal refusal = refuse(text("a"), blank(tokens));
    assertThat(refusal.code()).isEqualTo("DOCUMENT_TOO_LONG");
    assertThat(refusal.field()).isEqualTo("document[1].tokens");
    assertThat(refusal.message()).contains(String.valueOf(tokens), "64");
  }

  @Test
  void shouldRefuseManyBlanksThatOverflowAnInt() {
    CanvasPlanner wide = new CanvasPlanner(TestFacts.chars(Integer.MAX_VALUE), codec);
    Refusal refusal = refusalOf(wide.plan(document(blank(2_000_000_000), blank(2_000_000_000))));
    assertThat(refusal.message()).contains("4000000000");
  }

  @Test
  void shouldNameTheTokensFoundWhenADocumentIsTooLong() {
    Refusal refusal = refuse(text("x".repeat(60)), blank(5));
    assertThat(refusal.code()).isEqualTo("DOCUMENT_TOO_LONG");
    assertThat(refusal.field()).isEqualTo("document");
    assertThat(refusal.message()).contains("65 tokens", "5 of them", "'chars'", "64");
  }

  @Test
  void shouldNotTokenizeATextThatCannotFit() {
    Refusal refusal = refuse(text("x".repeat(5_000_000)), blank(5));
    assertThat(refusal.message()).contains("at least");
    assertThat(codec.charsEncoded).hasValue(0);
  }

  @Test
  void shouldTokenizeEveryTextThatMightFit() {
    String longest = "x".repeat(LIMIT - 1);
    assertThat(draw(plan(text(longest), blank(1)))).isEqualTo(longest + "_");
    Segment[] blanks =
        IntStream.range(0, LIMIT).mapToObj(i -> (Segment) blank(1)).toArray(Segment[]::new);
    assertThat(draw(plan(blanks))).isEqualTo("_".repeat(LIMIT));
  }
}
