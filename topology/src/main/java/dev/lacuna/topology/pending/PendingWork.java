package dev.lacuna.topology.pending;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.topology.deaths.Deaths;
import dev.lacuna.topology.deaths.StandingDeaths;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.pending.RunMailbox.Arrival;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.store.DeathNoteCodec;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.topology.store.Suspect;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.StepTiming;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepted requests of one task: in the store, with the engine, and back out. Nothing runs before
 * {@link #begin}: until then the task may not know yet what its workers died of.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class PendingWork {
  private static final Logger log = LoggerFactory.getLogger(PendingWork.class);

  private final TaskParts parts;
  private final int partition;
  private final KeyValueStore<String, byte[]> entries;
  private final KeyValueStore<String, byte[]> progress;
  private final Outbox outbox;
  private final Deaths deaths;
  private final RunMailbox mailbox;
  private final StepTimings timings;
  private final Map<String, PendingRequest> requests = new LinkedHashMap<>();
  private final UnresumableWork unresumable;
  private final Deque<PendingRequest> settled = new ArrayDeque<>();
  private boolean begun;
  private int soloRuns;

  /**
   * Nothing yet: {@link Restore} brings what the stores hold.
   *
   * @param partition the task's partition of each of its topics
   */
  public PendingWork(
      TaskParts parts,
      int partition,
      KeyValueStore<String, byte[]> entries,
      KeyValueStore<String, byte[]> progress,
      Outbox outbox,
      Deaths deaths) {
    this.parts = parts;
    this.partition = partition;
    this.entries = entries;
    this.progress = progress;
    this.outbox = outbox;
    this.deaths = deaths;
    this.unresumable = new UnresumableWork(parts.accepted(), parts.metrics());
    this.mailbox = new RunMailbox(parts.metrics(), parts.accepted());
    this.timings = new StepTimings(parts.settings().workerId());
  }

  /** Requests that can go on. */
  Collection<PendingRequest> requests() {
    return requests.values();
  }

  /** Restored requests that can't. */
  UnresumableWork unresumable() {
    return unresumable;
  }

  /** Whether a request of this id waits for its answer. */
  public boolean contains(String id) {
    return requests.containsKey(id) || unresumable.find(id).isPresent();
  }

  /** Whether a drain has nothing to do: what is left, if anything, waits for another owner. */
  public boolean isIdle() {
    return requests.isEmpty() && unresumable.noneEnds();
  }

  /** Whether a request that waits for another owner has a deadline. */
  public boolean waitsWithDeadline() {
    return unresumable.waitsWithDeadline();
  }

  /** Stores a valid request, whose samples go to the engine as soon as work may begin. */
  public void accept(Admission admission) {
    Entry entry = admission.entry();
    entries.put(entry.id(), admission.entryBytes());
    parts.metrics().requestAccepted();
    PendingRequest request = PendingRequest.fresh(entry, admission.model(), admission.plan());
    add(request);
    if (begun) {
      begin(request);
    }
  }

  /** Adds a request that an earlier owner left in the stores. */
  void restore(PendingRequest request) {
    add(request);
    if (request.settled().isPresent()) {
      settled.add(request);
    }
  }

  private void add(PendingRequest request) {
    parts.accepted().add(request.entry().topic());
    requests.put(request.entry().id(), request);
    if (parts.stop().ordered()) {
      request.suspend();
    }
  }

  /** From now on requests go to the engine; those that waited for this go now. */
  public void begin() {
    begun = true;
    List.copyOf(requests.values()).forEach(this::begin);
  }

  /** Whether requests go to the engine. */
  public boolean hasBegun() {
    return begun;
  }

  private void begin(PendingRequest request) {
    if (!request.accepted()) {
      return;
    }
    Optional<Refusal> killer = killer(request);
    if (killer.isPresent()) {
      end(request, Ending.failed(killer.get()));
      return;
    }
    for (SampleRun run : request.begin()) {
      submit(request, run, standing(run).needsSolo());
    }
  }

  private StandingDeaths standing(SampleRun run) {
    Entry entry = run.request().entry();
    return deaths.of(entry.id(), entry.requestMicros(), run.sample(), run.storedSteps());
  }

  /** Why a request is given up with which workers died too often while nothing else ran. */
  private Optional<Refusal> killer(PendingRequest request) {
    int max = parts.settings().durability().crashAttemptsMax();
    int solo = request.runs().stream().mapToInt(run -> standing(run).solo()).max().orElse(0);
    if (solo < max) {
      return Optional.empty();
    }
    log.warn(
        "a request kills its workers and is given up id={} deaths={}", request.entry().id(), solo);
    return Optional.of(
        new Refusal(
            ErrorCodes.CRASHED,
            "id",
            "Workers died "
                + solo
                + " times while they ran this request alone, each time before another step was"
                + " done (crash.attempts.max is "
                + max
                + "): it probably kills workers. Look for what ended them in their logs, and change"
                + " the request before you submit it again."));
  }

  private void submit(PendingRequest request, SampleRun run, boolean solo) {
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
            solo,
            DeathNoteCodec.encode(
                new Suspect.Request(partition, entry.id(), entry.requestMicros())));
    run.opened(parts.engine().submit(spec, mailbox.observer(run)), solo);
    if (solo) {
      countSoloRuns();
    }
  }

  /** Takes the next event of a run; false if there is none. */
  boolean applyNext() {
    Arrival arrival = mailbox.poll();
    if (arrival == null) {
      return false;
    }
    PendingRequest request = arrival.run().request();
    boolean wasSettled = request.settled().isPresent();
    request.apply(arrival.run(), arrival.event(), timings);
    if (!wasSettled && request.settled().isPresent()) {
      settled.add(request);
    }
    lookAtSoloRuns();
    return true;
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
    if (request != null && !request.ending()) {
      end(request, Ending.CANCELLED);
      checkpoint(request);
    }
    long nowMicros = parts.clock().epochMicros();
    unresumable
        .find(id)
        .ifPresent(ended -> answer(ended.endingAs(CompletionStatus.CANCELLED), nowMicros));
    return pending;
  }

  /** Ends a request at its next step boundary, or now if no run is with the engine. */
  void end(PendingRequest request, Ending how) {
    boolean wasSettled = request.settled().isPresent();
    request.end(how);
    if (!wasSettled && request.settled().isPresent()) {
      settled.add(request);
    }
  }

  /** Stops all runs at their next step boundary, for the next owner to go on with. */
  void suspend() {
    requests.values().forEach(PendingRequest::suspend);
  }

  /**
   * Publishes the timings so far and stores the progress that covers them. A run that was alone has
   * company again if no death stands against it any more.
   */
  void checkpoint(PendingRequest request) {
    publishTimings(request);
    progress.put(request.entry().id(), ProgressCodec.encode(request.snapshot()));
    request.stored();
    for (SampleRun run : request.runs()) {
      if (run.solo() && !standing(run).needsSolo()) {
        run.share();
      }
    }
    lookAtSoloRuns();
  }

  /** Whether a request can be answered. */
  boolean hasSettled() {
    return !settled.isEmpty();
  }

  /** Answers the next request that can be answered. */
  void answerNext(long nowMicros) {
    PendingRequest request = settled.remove();
    Ending how = request.settled().orElseThrow();
    publishTimings(request);
    outbox.completion(Completions.of(request, how, nowMicros), request.entry().headers());
    if (how.refusal().filter(refusal -> refusal.code().equals(ErrorCodes.CRASHED)).isPresent()) {
      parts.metrics().requestCrashed();
    }
    requests.remove(request.entry().id());
    parts.accepted().release(request.entry().topic());
    delete(request.entry());
  }

  /** Publishes the completion of a request that can't go on, and forgets it. */
  void answer(Unresumable request, long nowMicros) {
    outbox.completion(Completions.of(request, nowMicros), request.entry().headers());
    unresumable.remove(request);
    delete(request.entry());
  }

  private void delete(Entry entry) {
    entries.delete(entry.id());
    progress.delete(entry.id());
    deaths.forgetRequest(entry.id(), entry.requestMicros());
  }

  private void publishTimings(PendingRequest request) {
    for (SampleRun run : request.runs()) {
      StepTiming timing;
      while ((timing = run.unpublished().poll()) != null) {
        outbox.timing(timing, request.entry().headers());
      }
    }
  }

  private void lookAtSoloRuns() {
    if (soloRuns > 0) {
      countSoloRuns();
    }
  }

  private void countSoloRuns() {
    int now = 0;
    for (PendingRequest request : requests.values()) {
      now += (int) request.runs().stream().filter(SampleRun::solo).count();
    }
    parts.soloRuns().changed(now - soloRuns);
    parts.metrics().soloRunsChanged(now - soloRuns);
    soloRuns = now;
  }

  /** Leaves all requests to the next owner: cancels their runs here and drops their results. */
  public void close() {
    mailbox.close();
    List<PendingRequest> left = new ArrayList<>(requests.values());
    left.forEach(request -> request.runs().forEach(SampleRun::cancel));
    left.forEach(request -> parts.accepted().release(request.entry().topic()));
    requests.clear();
    unresumable.close();
    settled.clear();
    lookAtSoloRuns();
  }
}
