package dev.lacuna.runtime.text;

import static dev.lacuna.runtime.check.CheckedAssert.refusalOf;
import static dev.lacuna.runtime.check.CheckedAssert.validOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.BlankLength;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlankMarkupTest {

  private static Blank blank(int tokens) {
    return new Blank(tokens, Optional.empty(), BlankLength.EXACT);
  }

  private static List<Segment> parse(String markup) {
    return validOf(BlankMarkup.parse(markup)).segments();
  }

  @Test
  void shouldReadAllKindsOfBlanks() {
    assertThat(parse("A [[12]] b [[8:the name]][[<=5]] c [[<=24:rest]]"))
        .containsExactly(
            new Text("A "),
            blank(12),
            new Text(" b "),
            new Blank(8, Optional.of("the name"), BlankLength.EXACT),
            new Blank(5, Optional.empty(), BlankLength.UP_TO),
            new Text(" c "),
            new Blank(24, Optional.of("rest"), BlankLength.UP_TO));
  }

  @Test
  void shouldReadTextWithoutMarkersAsItIs() {
    assertThat(parse("a[0] \\n \\ ]] \\[x] [")).containsExactly(new Text("a[0] \\n \\ ]] \\[x] ["));
    assertThat(parse("")).isEmpty();
  }

  @Test
  void shouldReadAnEscapedMarkerAsText() {
    assertThat(parse("\\[[12]]")).containsExactly(new Text("[[12]]"));
    assertThat(parse("\\\\[[12]]")).containsExactly(new Text("\\"), blank(12));
    assertThat(parse("\\\\\\[[12]]")).containsExactly(new Text("\\[[12]]"));
  }

  @Test
  void shouldReadABlankInBrackets() {
    assertThat(parse("[[[3]]]")).containsExactly(new Text("["), blank(3), new Text("]"));
  }

  @Test
  void shouldLeaveImpossibleCountsToThePlanner() {
    assertThat(parse("[[0]] [[10000000]]"))
        .containsExactly(blank(0), new Text(" "), blank(10_000_000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[]]",
        "[[x]]",
        "[[-1]]",
        "[[ 3 ]]",
        "[[3",
        "[[3]",
        "[[3:]]",
        "[[3:a]b]]",
        "[[>=3]]",
        "[[99999999999]]",
        "[[3.5]]",
        "[["
      })
  void shouldRefuseWhatIsNoMarker(String marker) {
    Refusal refusal = refusalOf(BlankMarkup.parse("ab " + marker));
    assertThat(refusal.code()).isEqualTo("INVALID_MARKUP");
    assertThat(refusal.message()).contains("at character 4", "[[<=N]]", "\\[[");
  }

  @ParameterizedTest
  @CsvSource({"'[[?]]',1", "'\uD83E\uDD8A[[?]]',2", "'[[1]][[[?]]',7"})
  void shouldCountCharactersAsPeopleDoWhenItNamesAPosition(String markup, int position) {
    assertThat(refusalOf(BlankMarkup.parse(markup)).message())
        .contains("at character " + position + " ");
  }

  @Test
  void shouldRepeatOnlyTheBeginningWhenAFaultyMarkerIsLong() {
    assertThat(refusalOf(BlankMarkup.parse("[[" + "x".repeat(100_000))).message())
        .hasSizeLessThan(300);
  }

  @Property(tries = 2000)
  void shouldReadBackWhatIsWrittenByTheNotation(@ForAll("documents") List<Segment> segments) {
    String markup = WrittenMarkup.of(segments);
    assertThat(parse(markup)).isEqualTo(joined(segments));
  }

  @Property
  void shouldReadOrRefuseAnyTextWithoutThrowing(@ForAll String anything) {
    assertThat(BlankMarkup.parse(anything)).isNotNull();
  }

  private static List<Segment> joined(List<Segment> segments) {
    List<Segment> joined = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Segment segment : segments) {
      if (segment instanceof Text known) {
        text.append(known.content());
        continue;
      }
      if (!text.isEmpty()) {
        joined.add(new Text(text.toString()));
        text.setLength(0);
      }
      joined.add(segment);
    }
    if (!text.isEmpty()) {
      joined.add(new Text(text.toString()));
    }
    return joined;
  }

  @Provide
  Arbitrary<List<Segment>> documents() {
    Arbitrary<Segment> texts =
        Arbitraries.strings().withChars("[]\\ a1:<=").ofMaxLength(8).map(Text::new);
    Arbitrary<Segment> blanks =
        Combinators.combine(
                Arbitraries.integers().between(0, 5000),
                Arbitraries.strings().withChars("ab \\:").ofMinLength(1).ofMaxLength(3).optional(),
                Arbitraries.of(BlankLength.class))
            .as(Blank::new);
    return Arbitraries.oneOf(texts, blanks).list().ofMaxSize(6);
  }
}
