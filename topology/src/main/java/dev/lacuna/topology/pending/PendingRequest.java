package dev.lacuna.topology.pending;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
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
  private Begin begin = Begin.fresh();
  private boolean handedOver;
  private boolean laidDown;
  private CompletionStatus ending;
  private Refusal failure; // why it ends FAILED

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
    request.begin = Begin.restored(progress);
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

  /** CANCELLED, EXPIRED or FAILED once it was decided that the request ends so. */
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

  /** Why it ends FAILED, if it does. */
  Optional<Refusal> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Ends the request because one of its runs can't go on. Not stored: a later owner runs it again,
   * and it fails again.
   */
  private void fail(Refusal refusal) {
    if (ending == null) {
      failure = refusal;
      end(CompletionStatus.FAILED);
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
    return !open() && (over() || (handedOver && !laidDown));
  }

  /** What is to be stored of its begin. */
  Begin begin() {
    return begin;
  }

  /** All samples that are not finished are handed to the engine. */
  void handOver() {
    handedOver = true;
    begin.begun();
  }

  /**
   * Lets the samples into company that have run alone for so long.
   *
   * @return whether none is alone any more
   */
  boolean shareAfter(long aloneMicros) {
    boolean shared = true;
    for (SampleRun run : runs) {
      shared &= run.shareAfter(aloneMicros);
    }
    return shared;
  }

  private boolean over() {
    return ending != null || runs.stream().allMatch(SampleRun::finished);
  }

  /** Whether it was laid down, and what is stored does not yet say how. */
  boolean owesProgress() {
    return lies() && !over() && (progressed() || !begin.isStored(stage()));
  }

  private boolean lies() {
    return laidDown && !open();
  }

  private Begin.Stage stage() {
    return new Begin.Stage(lies(), handedOver, progressed());
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
    } else if (event instanceof RunEvent.Failed failed) {
      run.ended(false);
      fail(failed.refusal());
    }
  }

  private void stepDone(SampleRun run, StepReport report, StepTimings timings) {
    run.stepped(report);
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

  /** Whether a step is done that isn't stored. */
  boolean progressed() {
    return unstoredSinceMicros.isPresent();
  }

  /** How far it is; the caller stores it together with the unpublished timings. */
  Progress snapshot() {
    return new Progress(
        firstStepMicros,
        lastStepMicros,
        batchRowsSum,
        ending == CompletionStatus.CANCELLED,
        begin.begun(stage()),
        begin.attempts(stage()),
        runs.stream().map(SampleRun::snapshot).toList());
  }

  /** The snapshot is stored. */
  void stored() {
    begin.stored(stage());
    unstoredSinceMicros = OptionalLong.empty();
  }

  boolean deadlinePassed(long nowMicros) {
    return nowMicros >= entry.deadlineMicros();
  }
}
