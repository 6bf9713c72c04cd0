package dev.lacuna.runtime.text;

import static dev.lacuna.runtime.check.CheckedAssert.validOf;
import static dev.lacuna.runtime.facts.TestFacts.END;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.BlankLength;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DocumentReaderTest {

  private static final SamplingSettings SETTINGS =
      SamplingSettings.plain(4, UnmaskingOrder.CONFIDENCE, 1f, 1f, 0, 1);

  private final ModelFacts facts = TestFacts.chars(4096);
  private final CharCodec codec = new CharCodec();
  private final DocumentReader reader = new DocumentReader(facts, codec);

  private DocumentPlan plan(Segment... segments) {
    return validOf(
        new CanvasPlanner(facts, codec, ModelLimits.DEFAULT).plan(new Document(List.of(segments))));
  }

  private static SamplingSettings stoppingAt(Integer... tokens) {
    return new SamplingSettings(
        4,
        SETTINGS.order(),
        SETTINGS.rule(),
        1f,
        1f,
        0,
        0f,
        0,
        1f,
        List.of(tokens),
        SETTINGS.seed());
  }

  private static RunProgress finished(int[] tokens) {
    float[] confidences = new float[tokens.length];
    Arrays.fill(confidences, 0.5f);
    return RunProgress.inFirstPass(1, tokens, confidences);
  }

  @Test
  void shouldReturnTextOutsideBlanksAndDropTheBlanksOwnSpace() {
    DocumentPlan plan =
        plan(
            new Text("a "),
            new Blank(3, Optional.of("verb"), BlankLength.EXACT),
            new Text("\r\nz"));
    FilledDocument read = reader.read(plan, SETTINGS, finished(CharCodec.tokens(" is")));
    assertThat(read.text()).isEqualTo("a is\r\nz");
    assertThat(read.blanks().get(0).name()).contains("verb");
    assertThat(read.blanks().get(0).text()).isEqualTo("is");
    assertThat(read.blanks().get(0).tokenIds()).isEqualTo(CharCodec.tokens(" is"));
  }

  @Test
  void shouldDropOnlyOneSpaceAndOnlyWhereOneWasTaken() {
    Blank blank = new Blank(3, Optional.empty(), BlankLength.EXACT);
    RunProgress spaces = finished(CharCodec.tokens("  x"));
    assertThat(reader.read(plan(new Text("a "), blank), SETTINGS, spaces).text()).isEqualTo("a  x");
    assertThat(reader.read(plan(new Text("a"), blank), SETTINGS, spaces).text()).isEqualTo("a  x");
  }

  @Test
  void shouldCutAtTheFirstEndTokenWhenTheBlankMayEnd() {
    DocumentPlan plan = plan(new Text("a"), new Blank(4, Optional.empty(), BlankLength.UP_TO));
    int[] tokens = {'b' + 16, END, 'c' + 16, END};
    RunProgress progress =
        RunProgress.inFirstPass(2, tokens, new float[] {0.25f, 0.9f, 0.1f, 0.1f});
    FilledDocument read = reader.read(plan, SETTINGS, progress);
    assertThat(read.text()).isEqualTo("ab");
    assertThat(read.blanks().get(0).tokenIds()).containsExactly('b' + 16);
    assertThat(read.blanks().get(0).confidences()).containsExactly(0.25f);
    assertThat(read.meanLogProbability()).isCloseTo(Math.log(0.25), within(1e-9));
  }

  @Test
  void shouldCutAtTheFirstStopTokenOnlyWhereTheBlankMayEnd() {
    Blank middle = new Blank(2, Optional.empty(), BlankLength.UP_TO);
    DocumentPlan plan =
        plan(middle, new Text("-"), new Blank(4, Optional.empty(), BlankLength.UP_TO));
    RunProgress progress = finished(CharCodec.tokens(".a" + "b.c."));
    FilledDocument read = reader.read(plan, stoppingAt('!' + 16, '.' + 16), progress);
    assertThat(read.text()).isEqualTo(".a-b");
    assertThat(read.blanks().get(1).tokenIds()).isEqualTo(CharCodec.tokens("b"));
  }

  @Test
  void shouldEndABlankOfManyPassesInAnyOfThem() {
    ModelFacts small = TestFacts.chars(16);
    DocumentPlan plan =
        validOf(
            new CanvasPlanner(small, codec, ModelLimits.DEFAULT)
                .plan(
                    new Document(
                        List.of(
                            new Text("once "),
                            new Blank(60, Optional.empty(), BlankLength.UP_TO)))));
    assertThat(plan.passes().size()).isGreaterThan(4);
    int[] tokens = CharCodec.tokens("x".repeat(60));
    tokens[40] = END;
    assertThat(new DocumentReader(small, codec).read(plan, SETTINGS, finished(tokens)).text())
        .isEqualTo("once " + "x".repeat(40));
  }

  @Test
  void shouldGiveAFiniteLogProbabilityWhenNothingWasKeptOrAConfidenceIsZero() {
    DocumentPlan plan = plan(new Blank(2, Optional.empty(), BlankLength.UP_TO));
    RunProgress ended = RunProgress.inFirstPass(1, new int[] {END, END}, new float[] {0.5f, 0.5f});
    assertThat(reader.read(plan, SETTINGS, ended).meanLogProbability())
        .isCloseTo(Math.log(0.5), within(1e-9));
    RunProgress zero = RunProgress.inFirstPass(1, CharCodec.tokens("ab"), new float[] {0f, 1f});
    assertThat(reader.read(plan, SETTINGS, zero).meanLogProbability()).isFinite().isNegative();
  }

  @Test
  void shouldRefuseARunThatIsNotFinished() {
    DocumentPlan plan = plan(new Blank(2, Optional.empty(), BlankLength.EXACT));
    assertThatThrownBy(() -> reader.read(plan, SETTINGS, RunProgress.start(plan)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> reader.read(plan, SETTINGS, finished(new int[] {20})))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void shouldKeepEveryCharOutsideBlanks(@ForAll("documents") List<Segment> segments) {
    DocumentPlan plan = plan(segments.toArray(Segment[]::new));
    int[] tokens = new int[plan.maskCount()];
    Arrays.fill(tokens, '#' + 16);
    StringBuilder expected = new StringBuilder();
    for (Segment segment : segments) {
      expected.append(
          segment instanceof Text text ? text.content() : "#".repeat(((Blank) segment).tokens()));
    }
    assertThat(reader.read(plan, SETTINGS, finished(tokens)).text()).isEqualTo(expected.toString());
  }

  @Provide
  Arbitrary<List<Segment>> documents() {
    Arbitrary<Segment> texts =
        Arbitraries.strings().withChars(" \n a\u00e9\u65e5[").ofMaxLength(12).map(Text::new);
    Arbitrary<Segment> blanks =
        Arbitraries.integers()
            .between(1, 9)
            .map(n -> new Blank(n, Optional.empty(), BlankLength.EXACT));
    return Arbitraries.oneOf(texts, blanks)
        .list()
        .ofMinSize(1)
        .ofMaxSize(10)
        .filter(list -> list.stream().anyMatch(Blank.class::isInstance));
  }
}
