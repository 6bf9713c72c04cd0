package dev.lacuna.topology.process;

import dev.lacuna.wire.CompletionStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counters and gauges of the topology. They count what was forwarded, so a transaction that is
 * aborted and replayed counts twice: exact numbers are in the topics.
 *
 * <p>Threading: any thread may call any method.
 */
public final class WorkerMetrics {
  private static final String ACCEPTED = "lacuna.requests.accepted";
  private static final String COMPLETED = "lacuna.completions";
  private static final String TIMINGS = "lacuna.timings";
  private static final String DEAD_LETTERS = "lacuna.dead.letters";
  private static final String STALE = "lacuna.results.stale";
  private static final String DUPLICATES = "lacuna.requests.duplicate";
  private static final String IDLE_CANCELS = "lacuna.cancellations.idle";
  private static final String MISPLACED = "lacuna.records.misplaced";
  private static final String TICKS = "lacuna.ticks.sent";
  private static final String PAUSED = "lacuna.partitions.paused";
  private static final String WORK = "lacuna.work.accepted";
  private static final String WAITING = "lacuna.requests.waiting.model";
  private static final String REPLACED = "lacuna.threads.replaced";
  private static final String SOLO = "lacuna.runs.solo";
  private static final String DEATHS = "lacuna.deaths";
  private static final String CRASHED = "lacuna.requests.crashed";

  private final MeterRegistry registry;
  private final Counter accepted;
  private final Counter timings;
  private final Counter stale;
  private final Counter duplicates;
  private final Counter idleCancels;
  private final Counter ticks;
  private final Counter threadsReplaced;
  private final Counter deaths;
  private final Counter crashed;
  private final AtomicInteger soloRuns = new AtomicInteger();
  private final AtomicInteger pausedPartitions = new AtomicInteger();
  private final AtomicInteger waitingForModel = new AtomicInteger();

  /** Registers the meters. */
  public WorkerMetrics(MeterRegistry registry, AcceptedCounts work) {
    this.registry = registry;
    accepted = counter(ACCEPTED);
    timings = counter(TIMINGS);
    stale = counter(STALE);
    duplicates = counter(DUPLICATES);
    idleCancels = counter(IDLE_CANCELS);
    ticks = counter(TICKS);
    threadsReplaced = counter(REPLACED);
    deaths = counter(DEATHS);
    crashed = counter(CRASHED);
    Gauge.builder(SOLO, soloRuns, AtomicInteger::get)
        .description(help().get(SOLO))
        .register(registry);
    Gauge.builder(PAUSED, pausedPartitions, AtomicInteger::get)
        .description(help().get(PAUSED))
        .register(registry);
    Gauge.builder(WAITING, waitingForModel, AtomicInteger::get)
        .description(help().get(WAITING))
        .register(registry);
    for (String topic : work.topics()) {
      Gauge.builder(WORK, work, all -> all.count(topic))
          .description(help().get(WORK))
          .tag("topic", topic)
          .register(registry);
    }
  }

  /** Every metric's name and help text, for the documentation. */
  public static Map<String, String> help() {
    Map<String, String> help = new TreeMap<>();
    help.put(ACCEPTED, "Accepted requests. They are stored and handed to the engine.");
    help.put(COMPLETED, "Published completions, by status.");
    help.put(TIMINGS, "Published step timings.");
    help.put(DEAD_LETTERS, "Published dead letters, by code.");
    help.put(STALE, "Engine results that were dropped because their task had moved or closed.");
    help.put(DUPLICATES, "Requests whose id was pending or remembered.");
    help.put(
        IDLE_CANCELS,
        "Ignored cancellations: a null value for an id that is not pending, or"
            + " an id whose answer is remembered.");
    help.put(
        MISPLACED,
        "Records that stood in another partition than their key's, by topic: their producer does not"
            + " partition by murmur2.");
    help.put(TICKS, "Ticks sent to tasks that began.");
    help.put(PAUSED, "Request partitions that are paused because their topic is at its cap.");
    help.put(
        WORK, "Requests and undecoded records in the stores of this process, by request topic.");
    help.put(WAITING, "Begun requests that wait for a worker with their model.");
    help.put(REPLACED, "Stream threads that were replaced after an error.");
    help.put(SOLO, "Runs that are alone in their forward passes because workers died with them.");
    help.put(DEATHS, "Counted death notes: a worker died while it had this request or record.");
    help.put(CRASHED, "Requests answered FAILED because they killed workers.");
    return help;
  }

  /** A request was accepted. */
  public void requestAccepted() {
    accepted.increment();
  }

  /** A completion was forwarded. */
  public void completed(CompletionStatus status) {
    tagged(COMPLETED, "status", status.name().toLowerCase(Locale.ROOT)).increment();
  }

  /** A step timing was forwarded. */
  public void timingForwarded() {
    timings.increment();
  }

  /** A dead letter was forwarded. */
  public void deadLetter(String code) {
    tagged(DEAD_LETTERS, "code", code).increment();
  }

  /** Results of a closed incarnation were dropped. */
  public void staleResults(int count) {
    stale.increment(count);
  }

  /** A request was ignored because its id is pending or remembered. */
  public void duplicateIgnored() {
    duplicates.increment();
  }

  /** A cancellation found nothing to cancel and is not remembered. */
  public void idleCancel() {
    idleCancels.increment();
  }

  /** A record stands in another partition than its key's. */
  public void misplaced(String topic) {
    tagged(MISPLACED, "topic", topic).increment();
  }

  /** A tick was sent. */
  public void tickSent() {
    ticks.increment();
  }

  /** A stream thread was replaced. */
  public void threadReplaced() {
    threadsReplaced.increment();
  }

  /** More (or, negative, fewer) runs are alone in their forward passes. */
  public void soloRunsChanged(int by) {
    soloRuns.addAndGet(by);
  }

  /** A death of a worker was counted against a request or a record. */
  public void deathCounted() {
    deaths.increment();
  }

  /** A request was given up because workers died of it. */
  public void requestCrashed() {
    crashed.increment();
  }

  /** More (or, negative, fewer) partitions are paused. */
  public void pausedPartitionsChanged(int by) {
    pausedPartitions.addAndGet(by);
  }

  /** More (or, negative, fewer) requests wait for a worker with their model. */
  public void waitingForModelChanged(int by) {
    waitingForModel.addAndGet(by);
  }

  private Counter tagged(String name, String tag, String value) {
    return Counter.builder(name).description(help().get(name)).tag(tag, value).register(registry);
  }

  private Counter counter(String name) {
    return Counter.builder(name).description(help().get(name)).register(registry);
  }
}
