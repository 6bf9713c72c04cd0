package dev.lacuna.topology.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class ClipTest {

  @Property(tries = 300)
  void shouldStayWithinTheBytesAndSplitNoCharacter(
      @ForAll @IntRange(max = 40) int repeats, @ForAll @IntRange(max = 200) int maxBytes) {
    String text = "aé€🙂".repeat(repeats);
    String clipped = Clip.toBytes(text, maxBytes);
    byte[] bytes = clipped.getBytes(StandardCharsets.UTF_8);

    assertThat(text).startsWith(clipped);
    assertThat(bytes.length).isLessThanOrEqualTo(maxBytes);
    assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(clipped);
    assertThat(bytes.length + 4 > maxBytes || clipped.equals(text)).isTrue();
  }

  @Example
  void shouldTellTheLengthWhenAQuoteIsCut() {
    assertThat(Clip.quote("short")).isEqualTo("'short'");
    assertThat(Clip.quote("x".repeat(5000))).contains("5000 characters").hasSizeLessThan(150);
  }

  @Example
  void shouldShowWhatIsUnseenWhenAQuoteWouldForgeALineOfALog() {
    assertThat(Clip.quote("a\nERROR b\u202Ec\uD800d\u0000"))
        .isEqualTo("'a\\u000aERROR b\\u202ec\\ud800d\\u0000'");
    assertThat(Clip.quote("äöü 🦉 漢字")).isEqualTo("'äöü 🦉 漢字'");
  }
}
