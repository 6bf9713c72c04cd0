package dev.lacuna.cli.demo;

import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.BlankLength;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import dev.lacuna.runtime.text.TextCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Cuts spans of whole words out of a text and leaves blanks of as many tokens.
 *
 * @param codec the model's tokens
 */
record SpanCutter(TextCodec codec) {
  private static final int MIN_TOKENS = 4;
  private static final int MAX_TOKENS = 16;
  private static final int MAX_SPANS = 3;

  /** Words at the start that stay: they say what the text is about. */
  private static final int KEPT_WORDS = 6;

  /** Words between two blanks that stay. */
  private static final int GAP_WORDS = 5;

  /** The text with 1 to 3 blanks, or empty if it is too short for one. */
  Optional<Document> cut(String text, SplittableRandom random) {
    List<Integer> words = wordStarts(text);
    List<Segment> segments = new ArrayList<>();
    int spans = 1 + random.nextInt(MAX_SPANS);
    int share = (words.size() - KEPT_WORDS) / spans;
    int copied = 0;
    for (int span = 0; span < spans && share > GAP_WORDS; span++) {
      int first = KEPT_WORDS + span * share + random.nextInt(Math.max(1, share / 3));
      int limit = KEPT_WORDS + (span + 1) * share - GAP_WORDS;
      int wanted = MIN_TOKENS + random.nextInt(MAX_TOKENS - MIN_TOKENS + 1);
      int end = spanEnd(text, words, first, Math.min(limit, words.size() - 1), wanted);
      int tokens = end < 0 ? 0 : tokens(text, words.get(first), end);
      if (tokens >= MIN_TOKENS && tokens <= MAX_TOKENS) {
        segments.add(new Text(text.substring(copied, words.get(first))));
        segments.add(new Blank(tokens, Optional.empty(), BlankLength.EXACT));
        copied = end;
      }
    }
    if (segments.isEmpty()) {
      return Optional.empty();
    }
    segments.add(new Text(text.substring(copied)));
    return Optional.of(new Document(segments));
  }

  /** The text's first words, and a blank that goes on from there. */
  Document prompt(String text, int promptTokens, int blankTokens) {
    List<Integer> words = wordStarts(text);
    int end = words.get(0);
    for (int word : words) {
      if (codec.encode(text.substring(0, word)).length > promptTokens) {
        break;
      }
      end = word;
    }
    return new Document(
        List.of(
            new Text(text.substring(0, end)),
            new Blank(blankTokens, Optional.of("rest"), BlankLength.UP_TO)));
  }

  /** Where a span ends that holds at most this many tokens; -1 if it would hold no word. */
  private int spanEnd(String text, List<Integer> words, int first, int limit, int wanted) {
    int end = -1;
    for (int word = first + 1; word < limit; word++) {
      int candidate = words.get(word) - 1; // Before the space that precedes the next word.
      if (tokens(text, words.get(first), candidate) > wanted) {
        break;
      }
      end = candidate;
    }
    return end;
  }

  /** Tokens of a span with the space before it, which belongs to its first token. */
  private int tokens(String text, int start, int end) {
    return codec.encodeAfter(" " + text.substring(start, end)).length;
  }

  /** Where words begin that follow a single space; a blank can stand there byte-exact. */
  private static List<Integer> wordStarts(String text) {
    List<Integer> starts = new ArrayList<>();
    for (int at = 1; at < text.length(); at++) {
      if (text.charAt(at - 1) == ' ' && !Character.isWhitespace(text.charAt(at))) {
        starts.add(at);
      }
    }
    return starts;
  }
}
