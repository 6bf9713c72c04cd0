package dev.lacuna.topology.pending;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.Refusal;
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
  private long storedMicros;
  private boolean changed;
  private CompletionStatus ending;
  private Refusal failure; // why it ends FAILED

  private PendingRequest(Entry entry, GenerationModel model, DocumentPlan plan, long nowMicros) {
    this.entry = entry;
    this.model = model;
    this.plan = plan;
    this.storedMicros = nowMicros;
  }

  /** A request just accepted. */
  static PendingRequest fresh(
      Entry entry, GenerationModel model, DocumentPlan plan, long nowMicros) {
    PendingRequest request = new PendingRequest(entry, model, plan, nowMicros);
    for (int sample = 1; sample <= entry.generated(); sample++) {
      request.runs.add(new SampleRun(request, sample, RunProgress.start(plan), false));
    }
    return request;
  }

  /** A request from the stores; finished samples and cancelled requests are not run again. */
  static PendingRequest restored(
      Entry entry, GenerationModel model, DocumentPlan plan, Progress progress, long nowMicros) {
    PendingRequest request = new PendingRequest(entry, model, plan, nowMicros);
    request.firstStepMicros = progress.firstStepMicros();
    request.lastStepMicros = progress.lastStepMicros();
    request.batchRowsSum = progress.batchRowsSum();
    request.ending = progress.cancelled() ? CompletionStatus.CANCELLED : null;
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

  /** Whether no run is with the engine any more. */
  boolean settled() {
    return runs.stream().noneMatch(SampleRun::open);
  }

  /** Takes an event of one of the runs. */
  void apply(SampleRun run, RunEvent event, StepTimings timings) {
    changed = true;
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
    run.advanced(report.progress());
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

  /** Whether there is something to checkpoint, and the last time is long enough ago. */
  boolean checkpointDue(long nowMicros, long intervalMicros) {
    return changed && nowMicros - storedMicros >= intervalMicros;
  }

  /** How far it is; the caller stores it together with the unpublished timings. */
  Progress snapshot() {
    return new Progress(
        firstStepMicros,
        lastStepMicros,
        batchRowsSum,
        ending == CompletionStatus.CANCELLED,
        true,
        0,
        runs.stream().map(SampleRun::snapshot).toList());
  }

  void stored(long nowMicros) {
    storedMicros = nowMicros;
    changed = false;
  }

  boolean deadlinePassed(long nowMicros) {
    return nowMicros >= entry.deadlineMicros();
  }
}
