package dev.lacuna.runtime.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which runs the next forward pass takes a step forward. It knows shapes, ranks and costs, but
 * neither clock, thread, tokens nor device: the engine and the simulation drive the same one.
 *
 * <p>Every forward pass is chosen for one run, its leader, and filled with others that it pays to
 * take along. The leader is the run of the highest rank: priority, then deadline, then when it is
 * due. So a run of high priority pauses others at the next step boundary, which costs nothing,
 * since a paused run is a few tokens. One part in {@link EngineOptions#oldestEvery} of the device's
 * time is led by the oldest run, whatever its rank. So nothing starves: a run has finished after
 * oldestEvery times the work of itself and of all older runs, and one forward pass of others for
 * each of their steps, however many come after it.
 *
 * <p>Runs that are alone go before all others, the oldest to its end, and nobody joins them: if the
 * process dies meanwhile, there is one run to blame. All others wait until the last of them is over
 * or {@linkplain #share shared}.
 *
 * <p>Threading: owned by one thread.
 *
 * @param <T> the runs
 */
public final class BatchPolicy<T> {

  /**
   * A model whose runs the policy serves.
   *
   * @param canvasLimit its longest canvas in tokens
   * @param cost of its forward pass
   */
  public record Served(int canvasLimit, StepCost cost) {}

  private final EngineOptions options;
  private final List<LiveRuns<T>> models = new ArrayList<>();
  private final TreeSet<Claim<T>> byAge = new TreeSet<>(Claim.BY_AGE);
  private final TreeSet<Claim<T>> alone = new TreeSet<>(Claim.BY_AGE); // in no bucket
  private double sinceOldestMicros; // device time of others since the oldest run was served
  private double backlogMicros;

  /** A policy without runs; its models are named by their place in the list. */
  public BatchPolicy(List<Served> models, EngineOptions options) {
    this.options = options;
    for (Served model : models) {
      this.models.add(
          new LiveRuns<>(this.models.size(), model.canvasLimit(), model.cost(), options));
    }
  }

  /** Fewest rows of a length with which a forward pass is about as cheap a row as it gets. */
  public static int saturatingRows(StepCost cost, int length) {
    return RunBucket.saturating(cost, length);
  }

  /**
   * Estimated device time of steps of a run.
   *
   * @param model index of its model
   * @return microseconds
   */
  public double workMicros(int model, int canvasLength, int slots, int steps) {
    return models.get(model).bucketFor(canvasLength).worthMicros() * slots * steps;
  }

  /**
   * Takes a run in.
   *
   * @param model index of its model
   * @param workMicros estimated device time of all its steps
   * @return its claim, by which it is removed once it has no step left
   */
  public Claim<T> add(int model, T run, Claim.Demand demand, double workMicros) {
    LiveRuns<T> lane = models.get(model);
    RunBucket<T> bucket = lane.bucketFor(demand.length());
    double due = demand.acceptedMicros() + options.stretch() * workMicros;
    Claim<T> claim = new Claim<>(run, demand, lane, bucket, due, workMicros);
    if (demand.alone()) {
      alone.add(claim);
    } else {
      admit(claim);
    }
    backlogMicros += workMicros;
    return claim;
  }

  private void admit(Claim<T> claim) {
    claim.bucket.add(claim);
    byAge.add(claim);
  }

  /** Lets a run that was alone share forward passes; nothing happens to any other. */
  public void share(Claim<T> claim) {
    if (alone.remove(claim)) {
      admit(claim);
    }
  }

  /** Lets a run go; false if it is gone already. */
  public boolean remove(Claim<T> claim) {
    if (!alone.remove(claim) && !leave(claim)) {
      return false;
    }
    backlogMicros = size() == 0 ? 0 : backlogMicros - claim.leftMicros();
    return true;
  }

  private boolean leave(Claim<T> claim) {
    if (!claim.bucket.remove(claim)) {
      return false;
    }
    if (byAge.first() == claim) {
      sinceOldestMicros = 0;
    }
    byAge.remove(claim);
    return true;
  }

  /**
   * Bounds a model's forward passes by the device's memory; one run alone may exceed the bound.
   *
   * @param model its index
   * @param cells most rows × length; {@link Integer#MAX_VALUE} for no bound
   */
  public void limitCells(int model, int cells) {
    models.get(model).limitCells(cells);
  }

  /** Live runs. */
  public int size() {
    return byAge.size() + alone.size();
  }

  /** Estimated device time in microseconds that the live runs still need. */
  public double backlogMicros() {
    return Math.max(0, backlogMicros);
  }

  List<LiveRuns<T>> models() {
    return models;
  }

  /** Runs that are alone, oldest first; they are in none of the models' buckets. */
  Iterable<Claim<T>> alone() {
    return alone;
  }

  /** The next forward pass; it counts as run. Empty without runs. */
  public Optional<Batch<T>> next() {
    if (!alone.isEmpty()) {
      Claim<T> only = alone.first();
      backlogMicros -= only.served();
      return Optional.of(only.lane.only(only));
    }
    if (byAge.isEmpty()) {
      return Optional.empty();
    }
    Claim<T> oldest = byAge.first();
    boolean oldestsTurn =
        sinceOldestMicros >= (options.oldestEvery() - 1) * oldest.worthMicros() * (1 - 1e-9);
    Claim<T> leader = oldestsTurn ? oldest : first();
    Batch<T> batch = leader.lane.around(leader);
    boolean servesOldest = false;
    for (Claim<T> claim : batch.claims()) {
      backlogMicros -= claim.served();
      servesOldest |= claim == oldest;
    }
    sinceOldestMicros = servesOldest ? 0 : sinceOldestMicros + batch.micros();
    return Optional.of(batch);
  }

  private Claim<T> first() {
    Claim<T> first = null;
    for (LiveRuns<T> model : models) {
      Claim<T> head = model.first();
      if (head != null && (first == null || Claim.BY_RANK.compare(head, first) < 0)) {
        first = head;
      }
    }
    return first;
  }
}
