package dev.lacuna.cli.letters;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.console.TextTable;
import dev.lacuna.worker.kafka.StoredLetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Dead letters counted by code and source topic.
 *
 * <p>Threading: used by one thread.
 */
final class LetterCounts {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Whoever may write to the topic can invent codes; beyond this many kinds they are one. */
  private static final int KINDS_MAX = 200;

  private static final Kind OTHERS = new Kind("(others)", "(any)");

  private final Map<Kind, Count> counts = new TreeMap<>();

  private record Kind(String code, String source) implements Comparable<Kind> {
    private static final Comparator<Kind> ORDER =
        Comparator.comparing(Kind::code).thenComparing(Kind::source);

    @Override
    public int compareTo(Kind other) {
      return ORDER.compare(this, other);
    }
  }

  private record Count(long letters, long retried, long first, long last, String example) {
    static Count of(StoredLetter letter, boolean retried) {
      long at = letter.writtenMillis();
      return new Count(1, retried ? 1 : 0, at, at, letter.place());
    }

    Count and(Count newer) {
      return new Count(
          letters + newer.letters,
          retried + newer.retried,
          Math.min(first, newer.first),
          Math.max(last, newer.last),
          newer.example);
    }
  }

  /** Counts a letter; the newest of a kind is its example. */
  void add(StoredLetter letter, boolean retried) {
    Kind kind = new Kind(letter.code(), letter.source());
    Kind known = counts.containsKey(kind) || counts.size() < KINDS_MAX ? kind : OTHERS;
    counts.merge(known, Count.of(letter, retried), Count::and);
  }

  /** All letters. */
  long letters() {
    return counts.values().stream().mapToLong(Count::letters).sum();
  }

  /** All letters that were sent again. */
  long retried() {
    return counts.values().stream().mapToLong(Count::retried).sum();
  }

  /** A table for people. */
  List<String> lines() {
    TextTable table = new TextTable(5);
    table.row("CODE", "SOURCE", "FIRST", "LAST", "EXAMPLE", "LETTERS", "SENT AGAIN");
    counts.forEach(
        (kind, count) ->
            table.row(
                LetterText.cell(kind.code()),
                LetterText.cell(kind.source()),
                LetterText.time(count.first),
                LetterText.time(count.last),
                count.example,
                Long.toString(count.letters),
                Long.toString(count.retried)));
    return table.lines();
  }

  /** A JSON object for each kind. */
  List<String> json() {
    List<String> lines = new ArrayList<>();
    counts.forEach(
        (kind, count) -> {
          ObjectNode node = MAPPER.createObjectNode();
          node.put("type", "deadLetters");
          node.put("code", kind.code());
          node.put("source", kind.source());
          node.put("letters", count.letters);
          node.put("retried", count.retried);
          node.put("first", Instant.ofEpochMilli(count.first).toString());
          node.put("last", Instant.ofEpochMilli(count.last).toString());
          node.put("example", count.example);
          lines.add(node.toString());
        });
    return lines;
  }
}
