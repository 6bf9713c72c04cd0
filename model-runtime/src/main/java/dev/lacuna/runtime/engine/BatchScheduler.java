package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.schedule.Batch;
import dev.lacuna.runtime.engine.schedule.BatchPolicy;
import dev.lacuna.runtime.engine.schedule.ScheduledRun;
import dev.lacuna.runtime.engine.step.BatchStep;
import dev.lacuna.runtime.engine.step.CellLimit;
import dev.lacuna.runtime.engine.step.DeviceMeter;
import dev.lacuna.runtime.engine.step.EndedRuns;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.flight.FlightLog;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The engine without its thread: takes runs in, and takes one batch after the other a step forward.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class BatchScheduler {

  private final List<EngineModel> models;
  private final Map<String, Integer> indexes = new HashMap<>();
  private final EngineOptions options;
  private final BatchPolicy<Row> policy;
  private final SteadyAges ages;
  private final List<BatchStep> steps = new ArrayList<>(); // (models)
  private final DeviceMeter meter = new DeviceMeter();
  private final FlightLog flight;
  private long failedRuns;

  BatchScheduler(List<EngineModel> models, EngineOptions options, EngineClock clock) {
    this(models, options, clock, FlightLog.NONE);
  }

  BatchScheduler(
      List<EngineModel> models, EngineOptions options, EngineClock clock, FlightLog flight) {
    List<BatchPolicy.Served> served = new ArrayList<>();
    for (EngineModel model : models) {
      indexes.put(model.facts().name(), served.size());
      served.add(new BatchPolicy.Served(model.facts().canvasLimit(), model.cost()));
      steps.add(new BatchStep(model, clock, meter, flight));
    }
    this.models = models;
    this.flight = flight;
    this.options = options;
    this.policy = new BatchPolicy<>(served, options);
    this.ages = new SteadyAges(clock);
  }

  /** Takes a run in; one that has no step left is finished at once. */
  void submit(Row row) {
    while (row.over()) {
      if (!row.nextPass()) {
        row.tell(new RunEvent.Finished(row.progress()));
        return;
      }
    }
    RunSpec spec = row.spec();
    int model = indexes.get(spec.model());
    ScheduledRun.Demand demand =
        new ScheduledRun.Demand(
            row.length(),
            row.slots(),
            spec.priority(),
            spec.deadlineMicros(),
            acceptedMicros(row),
            row.arrival(),
            spec.flow(),
            row.alone());
    row.hold(policy.add(model, row, demand, workMicros(model, row)));
  }

  /** When the run was accepted, by the monotonic clock; the same in all its passes. */
  private long acceptedMicros(Row row) {
    return row.scheduled() == null
        ? ages.of(row.spec().acceptedMicros())
        : row.scheduled().demand().acceptedMicros();
  }

  /** Estimated device time of the pass that a run is in and of those that follow. */
  private double workMicros(int model, Row row) {
    SamplingSettings settings = row.spec().settings();
    DocumentPlan plan = row.spec().plan();
    int left = Math.max(1, row.steps() - row.progress().stepsDone());
    double work = policy.workMicros(model, row.length(), row.slots(), left);
    for (int pass = row.progress().pass() + 1; pass <= plan.passes().size(); pass++) {
      work +=
          policy.workMicros(model, plan.pass(pass).length(), row.slots(), settings.engineSteps());
    }
    return work;
  }

  /** Ends a run; nothing happens to one that is over. */
  void cancel(Row row) {
    if (row.scheduled() != null && policy.remove(row.scheduled())) {
      row.tell(new RunEvent.Cancelled(row.progress().stepsDone()));
    }
  }

  /** Lets a run that was alone into company; nothing happens to one that is over or was let in. */
  void share(Row row) {
    row.share();
    if (row.scheduled() != null) {
      policy.share(row.scheduled());
    }
  }

  /** No step follows. */
  void over() {
    flight.over();
  }

  boolean hasWork() {
    return policy.size() > 0;
  }

  /** Takes the runs of one batch a step forward; does nothing without work. */
  void step() {
    Optional<Batch<Row>> next = policy.next(ages.nowMicros());
    if (next.isEmpty()) {
      return;
    }
    int model = next.get().model();
    BatchStep step = steps.get(model);
    EndedRuns ended = step.run(next.get());
    policy.limitCells(model, step.cellsMax());
    for (Row row : ended.over()) {
      policy.remove(row.scheduled());
    }
    fail(ended.failed());
    for (Row row : ended.over()) {
      if (row.nextPass()) {
        submit(row);
      } else {
        row.tell(new RunEvent.Finished(row.progress()));
      }
    }
  }

  private void fail(List<EndedRuns.FailedRun> failed) {
    for (EndedRuns.FailedRun run : failed) {
      failedRuns++;
      policy.remove(run.row().scheduled());
      run.row().tell(new RunEvent.Failed(run.refusal()));
    }
  }

  /** Device time of all forward passes so far; any thread may ask. */
  long deviceClockMicros() {
    return meter.deviceMicros();
  }

  EngineSnapshot snapshot() {
    List<SortedMap<Integer, List<ScheduledRun<Row>>>> byLength = new ArrayList<>();
    models.forEach(model -> byLength.add(new TreeMap<>()));
    for (ScheduledRun<Row> scheduled : policy.runs()) {
      byLength
          .get(scheduled.model())
          .computeIfAbsent(scheduled.shape().length(), any -> new ArrayList<>())
          .add(scheduled);
    }
    List<EngineSnapshot.Batch> busy = new ArrayList<>();
    byLength.forEach(lengths -> lengths.values().forEach(runs -> busy.add(snapshot(runs))));
    return new EngineSnapshot(
        options.slots(), meter.passes(), Math.round(policy.backlogMicros()), busy, troubles());
  }

  private EngineSnapshot.Troubles troubles() {
    Map<String, Integer> limits = new HashMap<>();
    long outOfMemory = 0;
    for (int model = 0; model < steps.size(); model++) {
      outOfMemory += steps.get(model).outOfMemory();
      if (steps.get(model).cellsMax() != CellLimit.NONE) {
        limits.put(models.get(model).facts().name(), steps.get(model).cellsMax());
      }
    }
    return new EngineSnapshot.Troubles(failedRuns, outOfMemory, limits);
  }

  /** Runs of one model and shape, at least one. */
  private EngineSnapshot.Batch snapshot(List<ScheduledRun<Row>> runs) {
    List<EngineSnapshot.RowState> begun = new ArrayList<>();
    for (ScheduledRun<Row> scheduled : runs) {
      if (scheduled.begun()) {
        Row row = scheduled.run();
        begun.add(
            new EngineSnapshot.RowState(
                row.progress().stepsDone(), row.steps(), row.length(), row.masked()));
      }
    }
    ScheduledRun<Row> first = runs.get(0);
    return new EngineSnapshot.Batch(
        models.get(first.model()).facts().name(),
        first.shape().length(),
        first.shape().slots(),
        runs.size() - begun.size(),
        begun);
  }
}
