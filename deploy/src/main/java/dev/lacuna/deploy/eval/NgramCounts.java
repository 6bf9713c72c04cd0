package dev.lacuna.deploy.eval;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each token followed (or stood in) each context of one or two tokens.
 *
 * <p>One sorted array of all occurrences, 8 bytes each: a hash table of as many counters would take
 * ten times the memory.
 *
 * <p>Threading: used by one thread.
 */
final class NgramCounts {

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
   * @param best its most frequent token, the lowest id of equals; -1 if it was never seen
   */
  record Followers(long total, int best) {}

  private final Context context;
  private final long[] sorted;
  private final Map<Long, Followers> known = new HashMap<>();

  private NgramCounts(Context context, long[] sorted) {
    this.context = context;
    this.sorted = sorted;
  }

  /** Counts in documents of ids from 0 to {@link #ID_LIMIT}. */
  static NgramCounts of(Context context, List<int[]> documents) {
    int total = 0;
    for (int[] document : documents) {
      total += Math.max(0, document.length - context.before - context.after);
    }
    long[] keys = new long[total];
    int next = 0;
    for (int[] document : documents) {
      for (int i = context.before; i + context.after < document.length; i++) {
        keys[next++] = pair(context.of(document, i), document[i]);
      }
    }
    Arrays.parallelSort(keys);
    return new NgramCounts(context, keys);
  }

  /** Occurrences of the token of position i in its context. */
  long count(int[] document, int i) {
    long key = pair(context.of(document, i), document[i]);
    return lowerBound(key + 1) - lowerBound(key);
  }

  /** What follows the context of position i. */
  Followers followers(int[] document, int i) {
    return known.computeIfAbsent(context.of(document, i), this::scan);
  }

  private Followers scan(long of) {
    int from = lowerBound(pair(of, 0));
    int to = lowerBound(pair(of + 1, 0));
    int best = -1;
    int most = 0;
    int run = 0;
    for (int i = from; i < to; i++) {
      run = i > from && sorted[i] == sorted[i - 1] ? run + 1 : 1;
      if (run > most) {
        most = run;
        best = (int) (sorted[i] & (ID_LIMIT - 1));
      }
    }
    return new Followers(to - from, best);
  }

  /** Index of the first key that is at least this. */
  private int lowerBound(long key) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long pair(long high, int low) {
    return (high << ID_BITS) | low;
  }
}
