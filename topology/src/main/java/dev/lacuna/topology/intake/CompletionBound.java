package dev.lacuna.topology.intake;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.topology.outbox.RecordSize;
import dev.lacuna.topology.store.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The largest completion that a request can lead to: known before it is accepted, so that no
 * accepted request ends in a record too large for its topic. All sums stop at Long.MAX_VALUE.
 */
final class CompletionBound {
  /** Every fixed field of a completion at its largest, framing and the error's absence included. */
  private static final int FIXED_BYTES = 256;

  /** Sample number, steps, log-probability, lengths of text and blocks. */
  private static final int SAMPLE_BYTES = 64;

  /**
   * Token count, union branches, lengths and block ends of a blank, and the space that word-level
   * models add behind it, once in the text and once in the blank.
   */
  private static final int BLANK_BYTES = 50;

  /** Largest zig-zag varint of an int. */
  private static final int TOKEN_ID_BYTES = 5;

  private static final int LENGTH_BYTES = 5;

  private CompletionBound() {}

  /** Bytes of the record, key and headers included. */
  static long of(Entry entry, GenerationModel model) {
    long tokenBytes = 2L * model.maxTokenBytes(); // once in the text, once in the blank
    tokenBytes += entry.tokenIds() ? TOKEN_ID_BYTES : 0;
    tokenBytes += entry.confidences() ? Float.BYTES : 0;
    long sample = SAMPLE_BYTES;
    for (Document.Segment segment : entry.document().segments()) {
      if (segment instanceof Document.Text text) {
        sample = plus(sample, utf8(text.content()));
      } else if (segment instanceof Document.Blank blank) {
        sample = plus(sample, BLANK_BYTES + blank.name().map(CompletionBound::utf8).orElse(0L));
        sample = plus(sample, times(blank.tokens(), tokenBytes));
      }
    }
    long value = plus(times(entry.wanted(), sample), envelope(entry));
    byte[] key = entry.id().getBytes(StandardCharsets.UTF_8);
    return plus(value, RecordSize.of(key, 0, entry.headers()));
  }

  private static long envelope(Entry entry) {
    long bytes = FIXED_BYTES + utf8(entry.id());
    bytes += utf8(entry.model()) + utf8(entry.revision()) + utf8(entry.fingerprint());
    for (Map.Entry<String, String> label : entry.labels().entrySet()) {
      bytes += 2L * LENGTH_BYTES + utf8(label.getKey()) + utf8(label.getValue());
    }
    return bytes;
  }

  private static long utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  static long plus(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  static long times(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }
}
