package dev.lacuna.topology.pending;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.pending.RequestState.Accepted;
import dev.lacuna.topology.pending.RequestState.Settled;
import dev.lacuna.topology.pending.RequestState.Stopping;
import dev.lacuna.topology.pending.RequestState.Suspended;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.wire.CompletionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An accepted request with its runs. Where it stands is its {@link RequestState}.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class PendingRequest {
  private final Entry entry;
  private final GenerationModel model;
  private final DocumentPlan plan;
  private final List<SampleRun> runs = new ArrayList<>();
  private final StepTally tally = new StepTally();
  private RequestState state = RequestState.ACCEPTED;

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
    request.tally.restore(progress);
    for (Progress.SampleProgress sample : progress.samples()) {
      int number = request.runs.size() + 1;
      request.runs.add(new SampleRun(request, number, sample.run(), sample.finished()));
    }
    if (progress.cancelled()) {
      request.end(Ending.CANCELLED);
    } else if (request.finished()) {
      request.end(Ending.COMPLETED);
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

  /** Whether no run was handed to the engine yet. */
  boolean accepted() {
    return state instanceof Accepted;
  }

  /** How it can be answered now, if it can. */
  Optional<Ending> settled() {
    return state instanceof Settled settled ? Optional.of(settled.how()) : Optional.empty();
  }

  /** Whether it was decided that it ends. */
  boolean ending() {
    return state instanceof Stopping || state instanceof Settled;
  }

  /** The samples that are not finished go to the engine. */
  List<SampleRun> begin() {
    state = state.begin();
    return runs.stream().filter(run -> !run.finished()).toList();
  }

  /** Ends it at the next step boundary of its runs; the first reason stays. */
  void end(Ending how) {
    state = state.end(how);
    runs.forEach(SampleRun::cancel);
  }

  /** Stops its runs at their next step boundary, for the next owner to go on with. */
  void suspend() {
    state = state.suspend();
    runs.forEach(SampleRun::cancel);
  }

  /** Whether a run is with the engine. */
  boolean open() {
    return runs.stream().anyMatch(SampleRun::open);
  }

  /** Whether a run is alone in its forward passes. */
  boolean solo() {
    return runs.stream().anyMatch(SampleRun::solo);
  }

  private boolean finished() {
    return runs.stream().allMatch(SampleRun::finished);
  }

  /** Whether it was suspended, and what is stored does not yet say how far it is. */
  boolean owesProgress() {
    return state instanceof Suspended && progressed();
  }

  /** Takes an event of one of the runs. */
  void apply(SampleRun run, RunEvent event, StepTimings timings) {
    if (event instanceof RunEvent.StepDone step) {
      run.advanced(step.report().progress());
      tally.add(step.report());
      if (entry.timings()) {
        run.unpublished().add(timings.of(entry.id(), run.sample(), step.report()));
      }
    } else if (event instanceof RunEvent.Finished finished) {
      run.advanced(finished.progress());
      over(run, true);
    } else if (event instanceof RunEvent.Cancelled) {
      over(run, false);
    } else if (event instanceof RunEvent.Failed failed) {
      fail(run, failed.refusal());
    }
  }

  /**
   * One of the runs can't go on, so the request doesn't. Not stored: a later owner runs it again,
   * and it fails again.
   */
  private void fail(SampleRun run, Refusal refusal) {
    if (!ending()) {
      end(Ending.failed(refusal));
    }
    over(run, false);
  }

  private void over(SampleRun run, boolean finished) {
    run.ended(finished);
    if (!open()) {
      state = state.runsOver(finished());
    }
  }

  /**
   * What the engine's device clock showed before the first step that is not stored yet; empty if
   * all steps are stored, or there was none.
   */
  OptionalLong unstoredSinceMicros() {
    return tally.unstoredSinceMicros();
  }

  /** Whether a step is done that isn't stored. */
  boolean progressed() {
    return tally.unstoredSinceMicros().isPresent();
  }

  /** How far it is; the caller stores it together with the unpublished timings. */
  Progress snapshot() {
    return new Progress(
        tally.firstStepMicros(),
        tally.lastStepMicros(),
        tally.batchRowsSum(),
        cancelled(),
        runs.stream().map(SampleRun::snapshot).toList());
  }

  private boolean cancelled() {
    Optional<Ending> how =
        state instanceof Stopping stopping ? Optional.of(stopping.how()) : settled();
    return how.filter(ending -> ending.status() == CompletionStatus.CANCELLED).isPresent();
  }

  /** The snapshot is stored. */
  void stored() {
    tally.stored();
    runs.forEach(SampleRun::stored);
  }

  boolean deadlinePassed(long nowMicros) {
    return nowMicros >= entry.deadlineMicros();
  }
}
