package dev.lacuna.topology.pending;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.engine.RunEvent;
import dev.lacuna.runtime.engine.RunProgress;
import dev.lacuna.runtime.engine.StepReport;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.wire.CompletionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An accepted request with its runs.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class PendingRequest {
  private final Entry entry;
  private final GenerationModel model;
  private final DocumentPlan plan;
  private final List<SampleRun> runs = new ArrayList<>();
  private long firstStepMicros;
  private long lastStepMicros;
  private long batchRowsSum;
  private OptionalLong unstoredSinceMicros = OptionalLong.empty(); // of the engine's device clock
  private boolean storedBegun;
  private boolean laidDown;
  private CompletionStatus ending;

  private PendingRequest(Entry entry, GenerationModel model, DocumentPlan plan) {
    this.entry = entry;
    this.model = model;
    this.plan = plan;
  }

  /** A request just accepted. */
  static PendingRequest fresh(Entry entry, GenerationModel model, DocumentPlan plan) {
    PendingRequest request = new PendingRequest(entry, model, plan);
    for (int sample = 1; sample <= entry.generated(); sample++) {
      request.runs.add(new SampleRun(request, sample, RunProgress.start(plan), false));
    }
    return request;
  }

  /** A request from the stores; finished samples and cancelled requests are not run again. */
  static PendingRequest restored(
      Entry entry, GenerationModel model, DocumentPlan plan, Progress progress) {
    PendingRequest request = new PendingRequest(entry, model, plan);
    request.firstStepMicros = progress.firstStepMicros();
    request.lastStepMicros = progress.lastStepMicros();
    request.batchRowsSum = progress.batchRowsSum();
    request.ending = progress.cancelled() ? CompletionStatus.CANCELLED : null;
    request.storedBegun = progress.begun();
    for (Progress.SampleProgress sample : progress.samples()) {
      int number = request.runs.size() + 1;
      request.runs.add(new SampleRun(request, number, sample.run(), sample.finished()));
    }
    return request;
  }

  Entry entry() {
    return entry;
  }

  GenerationModel model() {
    return model;
  }

  DocumentPlan plan() {
    return plan;
  }

  List<SampleRun> runs() {
    return runs;
  }

  /** CANCELLED or EXPIRED once it was decided that the request ends so. */
  Optional<CompletionStatus> ending() {
    return Optional.ofNullable(ending);
  }

  /** Ends the request at the next step boundary of its runs; the first reason stays. */
  void end(CompletionStatus status) {
    if (ending == null) {
      ending = status;
      runs.forEach(SampleRun::cancel);
    }
  }

  /** Stops its runs at their next step boundary, for the next owner to go on with. */
  void layDown() {
    if (!laidDown) {
      laidDown = true;
      runs.forEach(SampleRun::cancel);
    }
  }

  boolean laidDown() {
    return laidDown;
  }

  /** Whether a run is with the engine. */
  boolean open() {
    return runs.stream().anyMatch(SampleRun::open);
  }

  /** Whether it can be answered: no run is with the engine any more, or will be. */
  boolean settled() {
    return !open() && (!laidDown || over());
  }

  private boolean over() {
    return ending != null || runs.stream().allMatch(SampleRun::finished);
  }

  /** Whether it was laid down, and what is stored does not yet say how. */
  boolean owesProgress() {
    boolean begun = storedBegun && runs.stream().anyMatch(SampleRun::wasOpened);
    return laidDown && !open() && !over() && (begun || unstoredSinceMicros.isPresent());
  }

  /** Takes an event of one of the runs. */
  void apply(SampleRun run, RunEvent event, StepTimings timings) {
    if (event instanceof RunEvent.StepDone step) {
      stepDone(run, step.report(), timings);
    } else if (event instanceof RunEvent.Finished finished) {
      run.advanced(finished.progress());
      run.ended(true);
    } else if (event instanceof RunEvent.Cancelled) {
      run.ended(false);
    }
  }

  private void stepDone(SampleRun run, StepReport report, StepTimings timings) {
    run.advanced(report.progress());
    if (unstoredSinceMicros.isEmpty()) {
      unstoredSinceMicros = OptionalLong.of(report.deviceClockMicros() - report.deviceMicros());
    }
    if (firstStepMicros == 0 || report.startedAtMicros() < firstStepMicros) {
      firstStepMicros = report.startedAtMicros();
    }
    long endMicros = report.startedAtMicros() + report.deviceMicros() + report.hostMicros();
    lastStepMicros = Math.max(lastStepMicros, endMicros);
    batchRowsSum += report.batchRows();
    if (entry.timings()) {
      run.unpublished().add(timings.of(entry.id(), run.sample(), report));
    }
  }

  /**
   * What the engine's device clock showed before the first step that is not stored yet: a crash now
   * repeats no forward pass before it. Empty if all steps are stored, or there was none.
   */
  OptionalLong unstoredSinceMicros() {
    return unstoredSinceMicros;
  }

  /** How far it is; the caller stores it together with the unpublished timings. */
  Progress snapshot() {
    return new Progress(
        firstStepMicros,
        lastStepMicros,
        batchRowsSum,
        ending == CompletionStatus.CANCELLED,
        begun(),
        0,
        runs.stream().map(SampleRun::snapshot).toList());
  }

  private boolean begun() {
    return !laidDown || open();
  }

  /** The snapshot is stored. */
  void stored() {
    storedBegun = begun();
    unstoredSinceMicros = OptionalLong.empty();
  }

  boolean deadlinePassed(long nowMicros) {
    return nowMicros >= entry.deadlineMicros();
  }
}
