package dev.lacuna.runtime.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The live runs of one model, by bucket, and which of them a forward pass takes together.
 *
 * <p>Threading: owned by its policy's thread.
 */
final class LiveRuns<T> {

  /** A batch this efficient is taken without looking for a better one. */
  private static final double EFFICIENT = 0.95;

  private final int model;
  private final int canvasLimit;
  private final StepCost cost;
  private final EngineOptions options;
  // Ascending by length; a bucket stays once it was used, so there are few of them.
  private final List<RunBucket<T>> buckets = new ArrayList<>();
  private int[] cursors = new int[8]; // (buckets): place of the next run to look at
  private int cellsMax = Integer.MAX_VALUE; // rows × length of a forward pass

  LiveRuns(int model, int canvasLimit, StepCost cost, EngineOptions options) {
    this.model = model;
    this.canvasLimit = canvasLimit;
    this.cost = cost;
    this.options = options;
  }

  int model() {
    return model;
  }

  void limitCells(int cells) {
    cellsMax = cells;
  }

  StepCost cost() {
    return cost;
  }

  List<RunBucket<T>> buckets() {
    return buckets;
  }

  RunBucket<T> bucketFor(int canvasLength) {
    int length = Buckets.lengthFor(canvasLength, canvasLimit);
    int at = 0;
    while (at < buckets.size() && buckets.get(at).length() < length) {
      at++;
    }
    if (at == buckets.size() || buckets.get(at).length() != length) {
      buckets.add(at, new RunBucket<>(length, options.slots(), cost));
    }
    return buckets.get(at);
  }

  /** The run of the highest rank, null if there is none. */
  Claim<T> first() {
    Claim<T> first = null;
    for (int i = 0; i < buckets.size(); i++) {
      if (buckets.get(i).size() > 0) {
        Claim<T> head = buckets.get(i).get(0);
        if (first == null || Claim.BY_RANK.compare(head, first) < 0) {
          first = head;
        }
      }
    }
    return first;
  }

  /** The batch of one run that shares it with nobody. */
  Batch<T> only(Claim<T> claim) {
    Batch<T> batch = new Batch<>(model, claim.bucket.length(), claim.bucket.slots(), cost);
    batch.add(claim);
    return batch;
  }

  /**
   * The batch that takes a run one step forward: that of its own length, or of a longer one in
   * which more rows have room to join, if this does much more for its time.
   */
  Batch<T> around(Claim<T> leader) {
    Batch<T> best = null;
    for (int i = buckets.indexOf(leader.bucket); i < buckets.size(); i++) {
      if (buckets.get(i).size() == 0) {
        continue; // as long as the next, and nobody needs it
      }
      Batch<T> batch = upTo(i, leader);
      if (best == null || batch.efficiency() > options.longerGain() * best.efficiency()) {
        best = batch;
      }
      if (best.efficiency() >= EFFICIENT || batch.full()) {
        break; // longer rows could only take the place of others
      }
    }
    return best;
  }

  /**
   * Fills a batch of one length. Runs of that length are taken as long as there are slots, in the
   * order of their rank; then shorter ones, if the batch does more for its time with them: padding
   * is free on a device that isn't busy, and work like any other on one that is.
   */
  private Batch<T> upTo(int longest, Claim<T> leader) {
    RunBucket<T> shape = buckets.get(longest);
    Batch<T> batch = new Batch<>(model, shape.length(), shape.slots(), cost);
    batch.add(leader);
    cursors = cursors.length < buckets.size() ? new int[2 * buckets.size()] : cursors;
    Arrays.fill(cursors, 0, longest + 1, 0);
    for (int next = ahead(longest, leader); next >= 0; next = ahead(longest, leader)) {
      Claim<T> claim = buckets.get(next).get(cursors[next]++);
      if (batch.rows() + claim.demand().slots() > shape.slots()
          || batch.cellsWith(claim) > cellsMax) {
        // Those behind it don't overtake it: it would wait as long as runs that fit keep coming.
        return batch;
      }
      if (next == longest || batch.gainsBy(claim)) {
        batch.add(claim);
      } else {
        cursors[next] = buckets.get(next).size(); // nor would the others of its length
      }
    }
    return batch;
  }

  /**
   * Which bucket holds the next run to take along, -1 if all were looked at: the longest, unless a
   * shorter run has a higher priority, then the others in the order of rank.
   */
  private int ahead(int longest, Claim<T> leader) {
    int chosen = -1;
    Claim<T> first = null;
    for (int i = longest; i >= 0; i--) {
      RunBucket<T> bucket = buckets.get(i);
      if (cursors[i] < bucket.size() && bucket.get(cursors[i]) == leader) {
        cursors[i]++;
      }
      if (cursors[i] < bucket.size()) {
        Claim<T> head = bucket.get(cursors[i]);
        if (first == null || goesBefore(head, first, chosen == longest)) {
          chosen = i;
          first = head;
        }
      }
    }
    return chosen;
  }

  private boolean goesBefore(Claim<T> claim, Claim<T> other, boolean otherIsLongest) {
    return otherIsLongest
        ? claim.demand().priority() > other.demand().priority()
        : Claim.BY_RANK.compare(claim, other) < 0;
  }
}
