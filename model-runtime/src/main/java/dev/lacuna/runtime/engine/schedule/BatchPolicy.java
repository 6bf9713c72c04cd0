package dev.lacuna.runtime.engine.schedule;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which runs the next forward pass takes a step forward. It knows shapes, ranks and costs, but
 * neither clock, thread, tokens nor device: the engine and the simulation drive the same one.
 *
 * <p>Every forward pass is chosen for one run, its leader, and filled with others that it pays to
 * take along. The leader is of the flow that has had the least of its share of the device's time
 * ({@link Flows}), and there the run of the highest rank: priority, which rises with age ({@link
 * Ageing}), then deadline, then when it is due. So a run of high priority pauses others of its flow
 * at the next step boundary, which costs nothing, since a paused run is a few tokens. One part in
 * {@link #OLDEST_EVERY} of a flow's time is led by its oldest run, whatever its rank. So nothing
 * starves: a run has finished after so many times the work of itself and of all older runs of its
 * flow, and one forward pass of others for each of their steps, however many come after it; that is
 * of the flow's share of the time, where there is more than one.
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

  /**
   * One part in so many of the device's time goes to the oldest run, whatever its priority. This
   * and {@link #STRETCH} were chosen of 25 settings by simulating the committed traces with one
   * seed; other traffic may be served better by others.
   */
  static final int OLDEST_EVERY = 8;

  /**
   * How many times its own work a run may take, counted from its acceptance, before it is due; runs
   * that are due first go first. 0 would be first come, first served; large values are shortest
   * first.
   */
  static final double STRETCH = 30;

  private final int oldestEvery;
  private final List<ModelShapes> models = new ArrayList<>();
  private final Flows<T> flows;
  private final BatchFill<T> fill;
  private final Ageing<T> ageing;
  private final TreeSet<ScheduledRun<T>> alone = new TreeSet<>(ScheduledRun.BY_AGE); // in no flow
  private int size;
  private double backlogMicros;

  /** A policy without runs; its models are named by their place in the list. */
  public BatchPolicy(List<Served> models, EngineOptions options) {
    this(models, options, OLDEST_EVERY);
  }

  /** With another share for the oldest runs; for tests. */
  BatchPolicy(List<Served> models, EngineOptions options, int oldestEvery) {
    this.oldestEvery = oldestEvery;
    for (Served model : models) {
      this.models.add(new ModelShapes(this.models.size(), model, options.slots()));
    }
    this.flows = new Flows<>(options.weights(), this.models);
    this.fill = new BatchFill<>(flows, options.longerGain());
    this.ageing = new Ageing<>(options.agingMicros());
  }

  /** Fewest rows of a length with which a forward pass is about as cheap a row as it gets. */
  public static int saturatingRows(StepCost cost, int length) {
    return Shape.saturating(cost, length);
  }

  /**
   * Estimated device time of steps of a run.
   *
   * @param model index of its model
   * @return microseconds
   */
  public double workMicros(int model, int canvasLength, int slots, int steps) {
    return models.get(model).of(canvasLength).worthMicros() * slots * steps;
  }

  /**
   * Takes a run in.
   *
   * @param model index of its model
   * @param workMicros estimated device time of all its steps
   * @return the run as scheduled, by which it is removed once it has no step left
   */
  public ScheduledRun<T> add(int model, T run, ScheduledRun.Demand demand, double workMicros) {
    ModelShapes shapes = models.get(model);
    double due = demand.acceptedMicros() + STRETCH * workMicros;
    ScheduledRun<T> scheduled =
        new ScheduledRun<>(run, demand, shapes, shapes.of(demand.length()), due, workMicros);
    if (demand.alone()) {
      alone.add(scheduled);
    } else {
      admit(scheduled);
    }
    size++;
    backlogMicros += workMicros;
    return scheduled;
  }

  private void admit(ScheduledRun<T> run) {
    flows.add(run);
    ageing.add(run);
  }

  /** Lets a run that was alone share forward passes; nothing happens to any other. */
  public void share(ScheduledRun<T> run) {
    if (alone.remove(run)) {
      admit(run);
    }
  }

  /** Lets a run go; false if it is gone already. */
  public boolean remove(ScheduledRun<T> run) {
    if (!alone.remove(run) && !flows.remove(run)) {
      return false;
    }
    ageing.remove(run);
    size--;
    backlogMicros = size == 0 ? 0 : backlogMicros - run.leftMicros();
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
    return size;
  }

  /** Estimated device time in microseconds that the live runs still need. */
  public double backlogMicros() {
    return Math.max(0, backlogMicros);
  }

  /**
   * All live runs: those in company flow by flow, by length and rank, then those that are alone,
   * oldest first.
   */
  public List<ScheduledRun<T>> runs() {
    List<ScheduledRun<T>> all = new ArrayList<>(size);
    for (Flow<T> flow : flows.inOrder()) {
      for (LiveRuns<T> live : flow.liveRuns()) {
        live.buckets().forEach(bucket -> all.addAll(bucket.runs()));
      }
    }
    all.addAll(alone);
    return all;
  }

  /** Flows that have runs. */
  Iterable<Flow<T>> flows() {
    return flows.inOrder();
  }

  /** Flows of which anything is remembered. */
  int flowsKnown() {
    return flows.known();
  }

  /**
   * The next forward pass; it counts as run. Empty without runs.
   *
   * @param nowMicros instant by the clock of {@link ScheduledRun.Demand#acceptedMicros}, by which
   *     runs age
   */
  public Optional<Batch<T>> next(long nowMicros) {
    ageing.look(nowMicros);
    if (!alone.isEmpty()) {
      return Optional.of(served(fill.only(alone.first())));
    }
    if (flows.isEmpty()) {
      return Optional.empty();
    }
    Batch<T> batch = fill.around(flows.least().leader(oldestEvery));
    flows.charge(batch);
    return Optional.of(served(batch));
  }

  private Batch<T> served(Batch<T> batch) {
    for (ScheduledRun<T> run : batch.runs()) {
      backlogMicros -= run.served();
    }
    return batch;
  }
}
