package dev.lacuna.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {
  private static final Style PLAIN = new Style(false);

  @Test
  void shouldShowControlCharactersAndKeepLineFeedsAndTabs() {
    assertThat(Visible.of("a\n\tb\u001b[2J\u0000\r\u007f\u009b")).isEqualTo("a\n\tb␛[2J␀␍␡\\u009b");
  }

  @Test
  void shouldKeepOrderAndNullsOfAnObject() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("b", 1);
    fields.put("a", null);
    fields.put("list", List.of("x\n"));

    assertThat(JsonLines.object("summary", fields))
        .isEqualTo("{\"type\":\"summary\",\"b\":1,\"a\":null,\"list\":[\"x\\n\"]}");
  }

  @Test
  void shouldCountOneInTheSingular() {
    assertThat(Counted.of(1, "row")).isEqualTo("1 row");
    assertThat(Counted.of(0, "row")).isEqualTo("0 rows");
  }

  @Test
  void shouldDrawBarsInProportion() {
    assertThat(TextPlot.bars(new double[] {0, 2, 4, 8}, 10, 2))
        .containsExactly("    8.0 ┤   █", "      0 ┤ ▄██");
    assertThat(TextPlot.bars(new double[] {0, 0}, 10, 1)).containsExactly("    0.0 ┤");
    assertThat(TextPlot.bars(new double[0], 10, 2)).isEmpty();
  }

  @Test
  void shouldAverageNeighboursWhenThereAreMoreValuesThanColumns() {
    assertThat(TextPlot.squeeze(new double[] {1, 3, 5, 7}, 2)).containsExactly(2, 6);
    assertThat(TextPlot.squeeze(new double[] {1, 3, 5}, 2)).containsExactly(1, 4);
    assertThat(TextPlot.squeeze(new double[] {1, 3}, 5)).containsExactly(1, 3);
  }

  @Test
  void shouldWriteOverOneLineOnATerminal() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ProgressLine progress = new ProgressLine(console(bytes, true), Duration.ofSeconds(1))) {
      progress.show(1, 2, "half", 0);
      progress.show(2, 2, "all", 1);
    }

    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text).contains("█".repeat(12) + "░".repeat(12) + " half", "█".repeat(24) + " all");
    assertThat(text).doesNotContain("\n").endsWith("\r\u001b[2K");
  }

  @Test
  void shouldWriteALineNowAndThenInAPipe() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ProgressLine progress = new ProgressLine(console(bytes, false), Duration.ofSeconds(1))) {
      progress.show(1, 4, "one", 0);
      progress.show(2, 4, "two", 999_999_999);
      progress.show(3, 4, "three", 1_000_000_000);
      progress.show(3, 4, "three", 9_000_000_000L);
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).containsExactly("one", "three");
  }

  @Test
  void shouldFillNoBarWhenNothingIsToDo() {
    assertThat(ProgressLine.bar(0, 0)).isEqualTo("░".repeat(24));
    assertThat(ProgressLine.bar(9, 3)).isEqualTo("█".repeat(24));
  }

  @Test
  void shouldHonourNoColor() {
    assertThat(Console.system(Map.of("NO_COLOR", "1", "TERM", "xterm")).outStyle().ansi())
        .isFalse();
  }

  private static Console console(ByteArrayOutputStream err, boolean live) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Console(stream, stream, PLAIN, PLAIN, live, live, 80);
  }
}
