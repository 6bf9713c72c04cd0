package dev.lacuna.runtime.text;

import static dev.lacuna.runtime.check.CheckedAssert.refusalOf;
import static dev.lacuna.runtime.check.CheckedAssert.validOf;
import static dev.lacuna.runtime.facts.TestFacts.END;
import static dev.lacuna.runtime.facts.TestFacts.MASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.facts.TestFacts;
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
  private static final ModelLimits LIMITS = new ModelLimits(16, 200, 600);

  private static final int START = 5;
  private static final Conventions GIVEN =
      new Conventions(
          true, Conventions.FirstRow.GIVEN, Conventions.Noise.ABSORBING, false, 0f, false);

  private final CharCodec codec = new CharCodec();
  private final CanvasPlanner planner = new CanvasPlanner(TestFacts.chars(LIMIT), codec, LIMITS);

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
    CanvasPlanner other = new CanvasPlanner(TestFacts.endless(LIMIT), codec, LIMITS);
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
  @ValueSource(ints = {201, 10_000_000, Integer.MAX_VALUE})
  void shouldRefuseBlanksAboveTheLimit(int tokens) {
    Refusal refusal = refuse(text("a"), blank(tokens));
    assertThat(refusal.code()).isEqualTo("DOCUMENT_TOO_LONG");
    assertThat(refusal.field()).isEqualTo("document[1].tokens");
    assertThat(refusal.message())
        .isEqualTo(
            "document[1].tokens is %d; the limit is 200 (blank.tokens.max): ask for fewer tokens."
                .formatted(tokens));
  }

  @Test
  void shouldRefuseManyBlanksThatOverflowAnInt() {
    ModelLimits open = new ModelLimits(16, Integer.MAX_VALUE, 600);
    CanvasPlanner wide = new CanvasPlanner(TestFacts.chars(LIMIT), codec, open);
    Refusal refusal = refusalOf(wide.plan(document(blank(2_000_000_000), blank(2_000_000_000))));
    assertThat(refusal.message()).contains("4000000000");
  }

  @Test
  void shouldNameTheTokensFoundWhenADocumentIsTooLong() {
    Refusal refusal = refuse(text("x".repeat(596)), blank(5));
    assertThat(refusal.code()).isEqualTo("DOCUMENT_TOO_LONG");
    assertThat(refusal.field()).isEqualTo("document");
    assertThat(refusal.message())
        .contains("601 tokens", "5 of them", "the limit is 600 (document.tokens.max)", "shorten");
  }

  @Test
  void shouldNotTokenizeATextThatCannotFit() {
    Refusal refusal = refuse(text("x".repeat(5_000_000)), blank(5));
    assertThat(refusal.message()).contains("at least");
    assertThat(codec.charsEncoded).hasValue(0);
  }

  @Test
  void shouldTokenizeEveryTextThatMightFit() {
    String longest = "x".repeat(599);
    assertThat(draw(plan(text(longest), blank(1)))).isEqualTo(longest + "_");
    assertThat(draw(plan(blank(1), text(longest)))).as("no room for an end").hasSize(600);
    Segment[] blanks =
        IntStream.range(0, 600).mapToObj(i -> (Segment) blank(1)).toArray(Segment[]::new);
    assertThat(draw(plan(blanks))).isEqualTo("_".repeat(600));
  }

  @Test
  void shouldTakeOnePassWhenTheDocumentFitsAndSeveralWhenItDoesNot() {
    assertThat(plan(text("a"), blank(LIMIT - 1)).passes()).containsExactly(pass(0, LIMIT, 0, 63));
    DocumentPlan longer = plan(text("x".repeat(100)), blank(8), text("y".repeat(100)), blank(4));
    // 56 and 60 tokens of room, shared by both sides where both have text.
    assertThat(longer.passes()).containsExactly(pass(72, 136, 0, 8), pass(148, 212, 8, 4));
  }

  private static DocumentPlan.Pass pass(int start, int end, int firstMask, int masks) {
    return new DocumentPlan.Pass(start, end, firstMask, masks);
  }

  @Test
  void shouldPutTheStartTokenBeforeTheDocumentAndNowhereElse() {
    ModelFacts facts = TestFacts.with(TestFacts.chars(LIMIT), START, GIVEN);
    CanvasPlanner starting = new CanvasPlanner(facts, codec, LIMITS);
    DocumentPlan plan = validOf(starting.plan(document(blank(3), text("x".repeat(200)), blank(2))));
    assertThat(plan.tokens()).startsWith(START, MASK, MASK, MASK);
    assertThat(plan.blanks().get(0).start()).isEqualTo(1);
    assertThat(plan.promptTokens()).isEqualTo(201);
    assertThat(plan.passes()).hasSize(2);
    assertThat(plan.passes().get(1).start()).isPositive();
  }

  @Test
  void shouldBeginWithAKnownTokenWhenTheFirstPositionIsGivenAndThereIsNoStartToken() {
    ModelFacts facts = TestFacts.with(TestFacts.chars(LIMIT), SpecialTokens.NONE, GIVEN);
    DocumentPlan plan = validOf(new CanvasPlanner(facts, codec, LIMITS).plan(document(blank(2))));
    assertThat(plan.tokens()).containsExactly(END, MASK, MASK);
  }

  @Test
  void shouldFillBlanksWithPaddingWhenTheFamilyHasNoMask() {
    ModelFacts facts = TestFacts.noisy(LIMIT);
    DocumentPlan plan =
        validOf(new CanvasPlanner(facts, codec, LIMITS).plan(document(text("a"), blank(2))));
    assertThat(plan.tokens()).endsWith(TestFacts.PAD, TestFacts.PAD);
    assertThat(plan.maskPositions()).containsExactly(1, 2);
  }
}
