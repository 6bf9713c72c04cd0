package dev.lacuna.topology.pending;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.topology.ErrorCodes;
import dev.lacuna.topology.TaskParts;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.StepTiming;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The accepted requests of a task: in its stores, and with the engine.
 *
 * <p>Two stores hold a request: the entry, written once, and its progress, written at checkpoints.
 * A step's timing is forwarded exactly once, and only in the same go as the progress or deletion
 * that covers it, so that both are in one transaction.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class PendingWork {
  private final TaskParts parts;
  private final KeyValueStore<String, byte[]> entries;
  private final KeyValueStore<String, byte[]> progress;
  private final Outbox outbox;
  private final Incarnation incarnation;
  private final Admissions admissions;
  private final Map<String, PendingRequest> requests = new LinkedHashMap<>();
  private final StrandedWork stranded;
  private final Deque<PendingRequest> settled = new ArrayDeque<>();

  /** Nothing pending yet: {@link Restore} brings what the stores hold. */
  public PendingWork(
      TaskParts parts,
      KeyValueStore<String, byte[]> entries,
      KeyValueStore<String, byte[]> progress,
      Outbox outbox) {
    this.parts = parts;
    this.entries = entries;
    this.progress = progress;
    this.outbox = outbox;
    this.stranded = new StrandedWork(parts.accepted(), parts.metrics());
    this.incarnation = new Incarnation(parts.metrics(), parts.accepted());
    this.admissions = new Admissions(parts, this, outbox);
  }

  Incarnation incarnation() {
    return incarnation;
  }

  /** Requests that can go on. */
  Collection<PendingRequest> requests() {
    return requests.values();
  }

  /** Restored requests that can't. */
  StrandedWork stranded() {
    return stranded;
  }

  /** Requests whose runs have all ended. */
  Deque<PendingRequest> settled() {
    return settled;
  }

  /** Whether a request of this id waits for its answer. */
  public boolean contains(String id) {
    return requests.containsKey(id) || stranded.find(id).isPresent();
  }

  /** Whether nothing waits for an answer. */
  public boolean isEmpty() {
    return isIdle() && stranded.noneWaits();
  }

  /** Whether a drain has nothing to do: what is left, if anything, waits for another owner. */
  public boolean isIdle() {
    return requests.isEmpty() && stranded.noneEnds();
  }

  /** Whether a request that waits for another owner has a deadline. */
  public boolean waitsWithDeadline() {
    return stranded.waitsWithDeadline();
  }

  /** Stores an admitted request, whose samples go to the engine at once or when they may. */
  public void accept(Admission admission) {
    Entry entry = admission.entry();
    entries.put(entry.id(), admission.entryBytes());
    parts.metrics().requestAccepted();
    PendingRequest request = PendingRequest.fresh(entry, admission.model(), admission.plan());
    add(request);
    if (!request.laidDown()) {
      admissions.read(request);
    }
  }

  /** Adds a request that an earlier owner left in the stores. */
  void restore(PendingRequest request) {
    add(request);
    if (request.settled()) {
      settled.add(request);
    } else if (!request.laidDown()) {
      admissions.restored(request);
    }
  }

  private void add(PendingRequest request) {
    parts.accepted().add(request.entry().topic());
    requests.put(request.entry().id(), request);
    if (parts.stop().ordered()) {
      request.layDown();
    }
  }

  /** Hands over what may begin; only in an armed task. */
  public void advance() {
    if (!parts.stop().ordered()) {
      admissions.advance();
    }
  }

  /** Hands all samples that are not finished to the engine. */
  void submit(PendingRequest request, boolean alone) {
    request.handOver();
    for (SampleRun run : request.runs()) {
      if (!run.finished()) {
        submit(request, run, alone);
      }
    }
  }

  private void submit(PendingRequest request, SampleRun run, boolean alone) {
    Entry entry = request.entry();
    RunSpec spec =
        new RunSpec(
            entry.model(),
            request.plan(),
            entry.settings(),
            CounterRandom.of(entry.settings().seed(), run.sample()),
            run.sample(),
            entry.priority(),
            entry.deadlineMicros(),
            entry.acceptedMicros(),
            run.progress(),
            entry.flow(parts.settings().intake().fairnessLabel()),
            alone);
    run.opened(alone);
    run.handledBy(parts.engine().submit(spec, incarnation.observer(run)));
  }

  /**
   * Cancels a request at its next step boundary; false if none of this id is pending.
   *
   * <p>The record that asks for it is consumed with this transaction and never read again, so the
   * cancellation is stored in it: else a later owner, who restores the request, would run it on.
   * What can't go on here is answered in it, for the same reason.
   */
  public boolean cancel(String id) {
    boolean pending = contains(id);
    PendingRequest request = requests.get(id);
    if (request != null && request.ending().isEmpty()) {
      end(request, CompletionStatus.CANCELLED);
      checkpoint(request);
    }
    long nowMicros = parts.clock().epochMicros();
    stranded
        .find(id)
        .ifPresent(ended -> answer(ended.endingAs(CompletionStatus.CANCELLED), nowMicros));
    return pending;
  }

  /** Ends a request at its next step boundary, or now if no run is with the engine. */
  void end(PendingRequest request, CompletionStatus status) {
    boolean wasSettled = request.settled();
    request.end(status);
    if (!wasSettled && request.settled()) {
      settled.add(request);
    }
  }

  /** Stops all runs at their next step boundary, for the next owner to go on with. */
  void layDown() {
    requests.values().forEach(PendingRequest::layDown);
  }

  /** Publishes the timings so far and stores the progress that covers them. */
  void checkpoint(PendingRequest request) {
    publishTimings(request);
    progress.put(request.entry().id(), ProgressCodec.encode(request.snapshot()));
    request.stored();
  }

  /** Publishes the remaining timings and the completion, and forgets the request. */
  void answer(PendingRequest request, long nowMicros) {
    publishTimings(request);
    outbox.completion(Answers.of(request, nowMicros), request.entry().headers());
    requests.remove(request.entry().id());
    admissions.answered(request);
    parts.accepted().release(request.entry().topic());
    delete(request.entry());
  }

  /** Publishes the completion of a request that can't go on, and forgets it. */
  void answer(Stranded request, long nowMicros) {
    outbox.completion(Answers.stranded(request, nowMicros), request.entry().headers());
    boolean failed = request.ending() == CompletionStatus.FAILED;
    if (failed && request.refusal().code().equals(ErrorCodes.CRASHED)) {
      parts.metrics().requestCrashed();
    }
    stranded.remove(request);
    delete(request.entry());
  }

  private void delete(Entry entry) {
    entries.delete(entry.id());
    progress.delete(entry.id());
  }

  private void publishTimings(PendingRequest request) {
    for (SampleRun run : request.runs()) {
      StepTiming timing;
      while ((timing = run.unpublished().poll()) != null) {
        outbox.timing(timing, request.entry().headers());
      }
    }
  }

  /** Leaves all requests to the next owner: cancels their runs here and drops their results. */
  public void close() {
    incarnation.close();
    admissions.close();
    requests.values().forEach(request -> request.runs().forEach(SampleRun::cancel));
    requests.values().forEach(request -> parts.accepted().release(request.entry().topic()));
    requests.clear();
    stranded.close();
    settled.clear();
  }
}
