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
import java.util.concurrent.TimeUnit;

/**
 * An accepted request with its runs.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class PendingRequest {
  /**
   * How long a request may run before it is stored that it was begun. About what a commit waits
   * for: a shorter one is answered by the transaction that would have told of its begin.
   */
  private static final long UNMARKED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

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
  private boolean begun;
  private boolean begunStored;
  private boolean handedOver;
  private boolean progressed;
  private int deathsAlone;
  private boolean attempting;
  private long aloneMicros;
  private OptionalLong unmarkedSinceNanos = OptionalLong.empty();

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
    request.begun = progress.begun();
    request.begunStored = progress.begun();
    request.deathsAlone = progress.attempts();
    for (Progress.SampleProgress sample : progress.samples()) {
      int number = request.runs.size() + 1;
      request.runs.add(new SampleRun(request, number, sample.run(), sample.finished()));
    }
    request.handedOver = request.runs.stream().allMatch(SampleRun::finished);
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

  /** Whether it can be answered: it was handed to the engine, or ended before, and is not there. */
  boolean settled() {
    return (handedOver || ending != null) && runs.stream().noneMatch(SampleRun::open);
  }

  /** Forward passes work on it from now on, or will once this is committed. */
  void begin() {
    begun = true;
  }

  /** Whether forward passes may have worked on it. */
  boolean begun() {
    return begun;
  }

  /** It is handed to the engine: its end will come from there. */
  void handOver() {
    begun = true;
    handedOver = true;
  }

  /** An attempt to run it alone begins: it counts unless a step follows. */
  void beginAlone() {
    begun = true;
    attempting = true;
    aloneMicros = 0;
  }

  /** Device time that its steps took since it was begun alone, in microseconds. */
  long aloneMicros() {
    return aloneMicros;
  }

  /** Lets its runs into company. */
  void share() {
    runs.forEach(SampleRun::share);
  }

  /** Times it was begun alone since its last step that is stored. */
  int attempts() {
    return progressed ? 0 : deathsAlone + (attempting ? 1 : 0);
  }

  /** Whether a step is done that isn't stored. */
  boolean progressed() {
    return progressed;
  }

  /** Whether it has run for a while and the store does not know that it was begun. */
  boolean unmarkedTooLong(long nowNanos) {
    if (begunStored || !progressed) {
      return false;
    }
    if (unmarkedSinceNanos.isEmpty()) {
      unmarkedSinceNanos = OptionalLong.of(nowNanos);
    }
    return nowNanos - unmarkedSinceNanos.getAsLong() >= UNMARKED_NANOS;
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
    }
  }

  private void stepDone(SampleRun run, StepReport report, StepTimings timings) {
    run.advanced(report.progress());
    progressed = true;
    aloneMicros += report.shareMicros();
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
        begun,
        attempts(),
        runs.stream().map(SampleRun::snapshot).toList());
  }

  void stored(long nowMicros) {
    storedMicros = nowMicros;
    changed = false;
    begunStored = begun;
    if (progressed) {
      deathsAlone = 0;
      attempting = false;
      progressed = false;
    }
  }

  boolean deadlinePassed(long nowMicros) {
    return nowMicros >= entry.deadlineMicros();
  }
}
