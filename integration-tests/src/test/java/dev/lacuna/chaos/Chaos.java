package dev.lacuna.chaos;

import dev.lacuna.it.faults.Switch;
import dev.lacuna.wire.GenerationCompletion;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One run: an undisturbed one for reference, then requests and faults by the schedule, then peace
 * until everything is answered, then the verdict.
 *
 * <p>Threading: owned by the test's thread; each fault has a thread of its own.
 */
final class Chaos {
  private static final int SHAPES = 32;
  private static final int ORDERS_PER_BEAT = 9;

  /** Requests sent and not answered from which none is sent: far beyond the caps of all workers. */
  private static final int OUTSTANDING_MAX = 150;

  private static final Duration FIRST_LIMIT = Duration.ofSeconds(90);
  private static final Duration PROGRESS_LIMIT = Duration.ofSeconds(40);
  private static final Duration STUCK = Duration.ofSeconds(100);
  private static final Duration QUIET = Duration.ofSeconds(6);
  private static final Duration EMPTY_LIMIT = Duration.ofSeconds(90);

  /** In the counts: deaths of workers at work that the next life told of. */
  static final String DEATHS_TOLD = "deaths told";

  private static final Duration BEYOND_RETENTIONS = Duration.ofDays(1000);

  private final ChaosOptions options;
  private final Plan plan;
  private final Cluster cluster;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> faults = new ArrayList<>();
  private final Deque<Order> unsent = new ArrayDeque<>();

  /** What came of a run. */
  record Outcome(
      Verdict verdict,
      Map<FaultKind, Integer> done,
      Map<String, Integer> counts,
      List<String> left) {

    /** Everything that is wrong. */
    List<String> wrong() {
      List<String> wrong = new ArrayList<>(verdict.details());
      wrong.addAll(left);
      return wrong;
    }
  }

  private Chaos(ChaosOptions options, Plan plan, Cluster cluster) {
    this.options = options;
    this.plan = plan;
    this.cluster = cluster;
  }

  /**
   * Runs.
   *
   * @param folder where servers and workers live and logs stay
   */
  static Outcome run(ChaosOptions options, Plan plan, Path folder) throws Exception {
    try (Cluster cluster = new Cluster(folder)) {
      Chaos chaos = new Chaos(options, plan, cluster);
      try {
        return chaos.run();
      } finally {
        chaos.threads.shutdownNow();
      }
    }
  }

  private Outcome run() throws Exception {
    List<Shape> pool =
        plan.takeovers()
            ? Shape.longPool(options.seed(), SHAPES)
            : Shape.pool(options.seed(), SHAPES);
    List<GenerationCompletion> reference = Reference.run(cluster, pool);
    Application application = Application.create(cluster, "chaos").with(plan);
    try (Fleet fleet =
            new Fleet(
                cluster.folder(), application.settings(), plan.stepMillis(), options.armingOff());
        Oracle oracle = new Oracle(cluster, application.topics());
        Operator operator = new Operator(cluster, application.topics(), application.id());
        NoteEcho notes = new NoteEcho(cluster, application.topics());
        Traffic traffic = new Traffic(cluster, application.topics(), options.seed())) {
      for (int i = 0; i < plan.workers(); i++) {
        fleet.add();
      }
      Injector injector = new Injector(cluster, fleet, oracle, notes, traffic);
      disturb(
          new Schedule(options, plan, pool, ordersPerBeat(), Instant.now()),
          injector,
          traffic,
          oracle);
      settle(traffic, oracle);
      List<String> left = leftovers(application, fleet, oracle);
      Map<FaultKind, Integer> done = injector.done();
      Verdict verdict =
          Verdict.of(
              traffic.sent(),
              reference,
              traffic.doomed(),
              oracle,
              done.values().stream().mapToInt(Integer::intValue).sum());
      return new Outcome(verdict, done, counts(oracle, fleet, operator, notes), left);
    }
  }

  /** So many that there are some left for the last beats, though backlogs take more. */
  private int ordersPerBeat() {
    if (timed()) {
      return ORDERS_PER_BEAT;
    }
    int beats = options.faults();
    if (options.kinds().contains(FaultKind.BACKLOG)) {
      beats += Schedule.BACKLOG_BEATS * options.faults() / options.kinds().size();
    }
    return Math.max(1, options.requests() / Math.max(1, beats));
  }

  private boolean timed() {
    return options.minutes().isPresent();
  }

  /** Sends requests and does faults until there are no more, or the time is over. */
  private void disturb(Schedule schedule, Injector injector, Traffic traffic, Oracle oracle)
      throws Exception {
    long end = System.nanoTime() + options.minutes().orElse(Duration.ZERO).toNanos();
    int drawn = 0;
    for (int i = 1; timed() ? System.nanoTime() < end : i <= options.faults(); i++) {
      int remaining = timed() ? Integer.MAX_VALUE : options.requests() - drawn;
      Beat beat = schedule.next(remaining, !timed() && i == options.faults());
      drawn += beat.orders().size();
      unsent.addAll(beat.orders());
      send(traffic, oracle);
      if (i == 1 && !Pause.until(FIRST_LIMIT, () -> oracle.answered() > 0)) {
        throw new AssertionError("no answer within " + FIRST_LIMIT.toSeconds() + " s");
      }
      Fault fault = beat.fault();
      System.out.printf(
          "%tT fault %d: %s; sent %d, answered %d%n",
          System.currentTimeMillis(),
          fault.number(),
          fault.kind().title(),
          traffic.sent().size(),
          oracle.answered());
      faults.add(
          threads.submit(
              () -> {
                injector.inject(fault);
                return null;
              }));
      Pause.of(beat.gap());
      traffic.sendLater();
      // On a busy machine workers start slowly; faults are to hit running work.
      Pause.until(
          PROGRESS_LIMIT,
          () ->
              oracle.quiet().compareTo(beat.gap()) < 0
                  || oracle.answered() >= traffic.sent().size());
    }
  }

  private void send(Traffic traffic, Oracle oracle) {
    while (!unsent.isEmpty() && traffic.sent().size() - oracle.answered() < OUTSTANDING_MAX) {
      traffic.send(unsent.poll());
    }
    traffic.flush();
  }

  /** Lets all faults end and waits until everything is answered, or nothing more comes. */
  private void settle(Traffic traffic, Oracle oracle) throws Exception {
    for (Future<?> fault : faults) {
      fault.get();
    }
    oracle.heardNothingSinceNow();
    while (!timed() && !unsent.isEmpty() && oracle.quiet().compareTo(STUCK) < 0) {
      send(traffic, oracle);
      Pause.of(Duration.ofMillis(200));
    }
    traffic.sendLater();
    traffic.flush();
    while (!(answered(traffic, oracle) && oracle.quiet().compareTo(QUIET) > 0)
        && oracle.quiet().compareTo(STUCK) < 0) {
      Pause.of(Duration.ofMillis(200));
    }
  }

  private static boolean answered(Traffic traffic, Oracle oracle) {
    return oracle.answered() >= traffic.sent().size()
        && oracle.deadLetterCount() >= traffic.doomed().size();
  }

  /** What is left once every memory of ids has run out; empty if nothing is. */
  private List<String> leftovers(Application application, Fleet fleet, Oracle oracle)
      throws Exception {
    Aftermath aftermath = new Aftermath(cluster, application.id());
    List<String> left = new ArrayList<>();
    aftermath
        .openTransactions(application.topics().all())
        .forEach(open -> left.add("open transaction: " + open));
    long end = System.nanoTime() + EMPTY_LIMIT.toNanos();
    Map<String, Set<String>> entries;
    do {
      String micros = Long.toString(BEYOND_RETENTIONS.toMillis() * 1000);
      fleet.members().forEach(member -> member.fault(Switch.CLOCK).on(micros));
      Pause.of(Duration.ofSeconds(1));
      entries = aftermath.storeEntries();
    } while (!entries.isEmpty() && System.nanoTime() < end);
    entries.forEach((place, keys) -> left.add("left in a store: " + place + " " + keys));
    return left;
  }

  private static Map<String, Integer> counts(
      Oracle oracle, Fleet fleet, Operator operator, NoteEcho notes) {
    Map<String, Integer> counts = new TreeMap<>();
    oracle.seen().values().stream()
        .flatMap(seen -> seen.completions().stream())
        .forEach(
            completion -> counts.merge("completions " + completion.getStatus(), 1, Integer::sum));
    counts.put("dead letters", oracle.deadLetterCount());
    counts.put("starts of workers", fleet.starts());
    counts.put(DEATHS_TOLD, notes.deaths());
    counts.put("death notes", notes.notes());
    counts.put("death notes sent again", notes.sentAgain());
    counts.put("death notes forged", notes.forged());
    counts.put("hanging transactions ended", operator.ended());
    return counts;
  }
}
