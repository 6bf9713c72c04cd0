package dev.lacuna.evaluation.baseline;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each token followed (or stood in) each context of one or two tokens.
 *
 * <p>Sorted arrays of what was seen, 16 bytes for each different sequence: a hash table of as many
 * counters would take several times the memory.
 *
 * <p>Threading: used by one thread.
 */
public final class NgramCounts {

  /** Ids take 21 bits, so that two of context and a token make a positive long. */
  private static final int ID_BITS = 21;

  /** Ids must lie below it. */
  static final int ID_LIMIT = 1 << ID_BITS;

  /** Which tokens are the context of position i. */
  enum Context {
    /** The token before. */
    ONE_LEFT(1, 0),
    /** The two tokens before. */
    TWO_LEFT(2, 0),
    /** The token before and the token after. */
    NEIGHBOURS(1, 1);

    private final int before;
    private final int after;

    Context(int before, int after) {
      this.before = before;
      this.after = after;
    }

    /** Whether position i of a document has this context. */
    boolean at(int[] document, int i) {
      return i >= before && i + after < document.length;
    }

    private long of(int[] document, int i) {
      return switch (this) {
        case ONE_LEFT -> document[i - 1];
        case TWO_LEFT -> pair(document[i - 2], document[i - 1]);
        case NEIGHBOURS -> pair(document[i - 1], document[i + 1]);
      };
    }
  }

  /**
   * What follows a context.
   *
   * @param total occurrences of the context, 0 if it was never seen
   * @param best its most frequent token, of equals the one seen first; -1 if it was never seen
   */
  record Followers(long total, int best) {}

  private final Context context;
  private final long[] keys; // (different sequences), ascending
  private final int[] counts; // (different sequences)
  private final int[] firstSeen; // (different sequences): number of the first occurrence
  private final Map<Long, Followers> known = new HashMap<>();

  private NgramCounts(Context context, long[] occurrences) {
    this.context = context;
    long[] sorted = occurrences.clone();
    Arrays.parallelSort(sorted);
    this.keys = Arrays.stream(sorted).distinct().toArray();
    this.counts = new int[keys.length];
    this.firstSeen = new int[keys.length];
    for (int i = 0; i < occurrences.length; i++) {
      int index = Arrays.binarySearch(keys, occurrences[i]);
      firstSeen[index] = counts[index] == 0 ? i : firstSeen[index];
      counts[index]++;
    }
  }

  /** Counts in documents of ids from 0 to {@link #ID_LIMIT}. */
  static NgramCounts of(Context context, List<int[]> documents) {
    int total = 0;
    for (int[] document : documents) {
      total += Math.max(0, document.length - context.before - context.after);
    }
    long[] occurrences = new long[total];
    int next = 0;
    for (int[] document : documents) {
      for (int i = context.before; i + context.after < document.length; i++) {
        occurrences[next++] = pair(context.of(document, i), document[i]);
      }
    }
    return new NgramCounts(context, occurrences);
  }

  /** Occurrences of the token of position i in its context. */
  long count(int[] document, int i) {
    int index = Arrays.binarySearch(keys, pair(context.of(document, i), document[i]));
    return index < 0 ? 0 : counts[index];
  }

  /** What follows the context of position i. */
  Followers followers(int[] document, int i) {
    return known.computeIfAbsent(context.of(document, i), this::scan);
  }

  private Followers scan(long of) {
    long total = 0;
    int best = -1;
    for (int i = firstOf(of); i < keys.length && keys[i] >>> ID_BITS == of; i++) {
      total += counts[i];
      boolean more =
          best < 0
              || counts[i] > counts[best]
              || (counts[i] == counts[best] && firstSeen[i] < firstSeen[best]);
      best = more ? i : best;
    }
    return new Followers(total, best < 0 ? -1 : (int) (keys[best] & (ID_LIMIT - 1)));
  }

  /** Index of a context's first sequence. */
  private int firstOf(long of) {
    int index = Arrays.binarySearch(keys, pair(of, 0));
    return index < 0 ? -index - 1 : index;
  }

  private static long pair(long high, int low) {
    return (high << ID_BITS) | low;
  }
}
