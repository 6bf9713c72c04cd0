package dev.lacuna.runtime.engine.schedule;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Fills a forward pass around the run that it is chosen for.
 *
 * <p>Runs of the leader's flow may join as long as there is room. Those of another flow may as long
 * as it would be no further in its virtual time than the leader's, whose turn it is: a flow that
 * gets one row of sixteen, over and over, would pay for long forward passes with little to show.
 * Beyond that they join if they cost next to nothing.
 *
 * <p>Threading: owned by its policy's thread.
 */
final class BatchFill<T> {

  /** A batch this efficient is taken without looking for a better one. */
  private static final double EFFICIENT = 0.95;

  /** Runs out of turn may make a forward pass this much longer together. */
  private static final double NEXT_TO_NOTHING = 1.05;

  private final Flows<T> flows;
  private final double longerGain;
  private final Set<Shape> closed = new HashSet<>(); // lengths that don't gain
  private final PriorityQueue<LiveRuns<T>> open =
      new PriorityQueue<>(
          Comparator.comparingDouble((LiveRuns<T> live) -> live.flow().projectedMicros())
              .thenComparingLong(live -> live.flow().turn()));
  private Iterator<Flow<T>> others = Collections.emptyIterator();
  private Flow<T> nextOther; // null at the end

  BatchFill(Flows<T> flows, double longerGain) {
    this.flows = flows;
    this.longerGain = longerGain;
  }

  /** The batch of one run that shares it with nobody. */
  Batch<T> only(ScheduledRun<T> run) {
    Batch<T> batch = new Batch<>(run.shapes, run.shape);
    batch.add(run);
    return batch;
  }

  /**
   * The batch that takes a run one step forward: that of its own length, or of a longer one in
   * which more rows have room to join, if this does much more for its time.
   */
  Batch<T> around(ScheduledRun<T> leader) {
    List<Shape> shapes = leader.shapes.all();
    Batch<T> best = null;
    for (int i = shapes.indexOf(leader.shape); i < shapes.size(); i++) {
      if (!shapes.get(i).used()) {
        continue; // as long as the next, and nobody needs it
      }
      Batch<T> batch = upTo(shapes.get(i), leader);
      if (best == null || batch.efficiency() > longerGain * best.efficiency()) {
        best = batch;
      }
      if (best.efficiency() >= EFFICIENT || batch.full()) {
        break; // longer rows could only take the place of others
      }
    }
    return best;
  }

  /**
   * Fills a batch of one length. Flows take turns by their virtual times. In each, runs of that
   * length are taken as long as there are slots, in the order of their rank; then shorter ones, if
   * the batch does more for its time with them: padding is free on a device that isn't busy, and
   * work like any other on one that is.
   */
  private Batch<T> upTo(Shape shape, ScheduledRun<T> leader) {
    Flow<T> leading = leader.live.flow();
    Batch<T> batch = new Batch<>(leader.shapes, shape);
    rewind(leader.live);
    leading.project(batch.add(leader));
    open.add(leader.live);
    double freeUpTo = Double.POSITIVE_INFINITY;
    for (LiveRuns<T> live = poll(leader); live != null; live = poll(leader)) {
      boolean inTurn = live.flow().projectedMicros() <= leading.projectedMicros();
      if (!inTurn && freeUpTo == Double.POSITIVE_INFINITY) {
        freeUpTo = NEXT_TO_NOTHING * batch.micros();
      }
      ScheduledRun<T> run = live.next(shape, leader, closed);
      if (run == null) {
        continue; // nobody is left of this flow
      }
      boolean fits = batch.hasRoomFor(run) && batch.cellsWith(run) <= leader.shapes.cellsMax();
      if (!fits || batch.microsWith(run) > freeUpTo) {
        // Those behind it don't overtake it: it would wait as long as runs that fit keep coming.
        break;
      }
      if (run.shape == shape || batch.gainsBy(run)) {
        double micros = batch.add(run);
        double price = inTurn ? micros : 0;
        live.flow().project(price);
        if (live != leader.live) {
          batch.charge(live.flow(), price);
        }
      } else {
        closed.add(run.shape); // nor would the others of its length
      }
      open.add(live);
    }
    return batch;
  }

  private void rewind(LiveRuns<T> first) {
    closed.clear();
    open.clear();
    others = flows.inOrder().iterator();
    advance();
    first.rewind();
    first.flow().rewind();
  }

  private void advance() {
    nextOther = others.hasNext() ? others.next() : null;
  }

  /** The live whose flow goes next, null if all are through. */
  private LiveRuns<T> poll(ScheduledRun<T> leader) {
    while (nextOther != null
        && (open.isEmpty() || nextOther.virtualMicros() <= open.peek().flow().projectedMicros())) {
      LiveRuns<T> live = nextOther.live(leader.shapes.model());
      if (live != leader.live) {
        live.rewind();
        nextOther.rewind();
        open.add(live);
      }
      advance();
    }
    return open.poll();
  }
}
