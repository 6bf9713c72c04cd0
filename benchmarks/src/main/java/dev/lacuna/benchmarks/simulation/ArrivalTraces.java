package dev.lacuna.benchmarks.simulation;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.schedule.BatchPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Made-up arrivals, the same for the same seed. Their rate is a share of what the device could do
 * in full batches without padding, so that each device is as busy as the other.
 */
public final class ArrivalTraces {

  /** Longest canvas of a trace in tokens. */
  public static final int LENGTH_MAX = 1024;

  private static final int LENGTH_MIN = 64;
  private static final int STEPS_MIN = 8;
  private static final int STEPS_MAX = 256;
  private static final int RUNS = 2000;

  /** Requests that a worker accepts by default ({@code accepted.max}). */
  private static final int ACCEPTED = 256;

  private static final int BURST = 64;

  private static final int BULK_RUNS = 3000;
  private static final int SMALL_RUNS = 1000;
  private static final int SMALL_LENGTH = 128;
  private static final int SMALL_STEPS = 16;
  private static final double SMALL_LOAD = 0.1;

  private final BatchPolicy<Void> full;
  private final long seed;

  private ArrivalTraces(StepCost cost, long seed) {
    this.full =
        new BatchPolicy<>(
            List.of(new BatchPolicy.Served(LENGTH_MAX, cost)),
            EngineOptions.DEFAULT.withSlots(EngineOptions.AUTO));
    this.seed = seed;
  }

  /** All traces for a device. */
  public static List<ArrivalTrace> all(StepCost cost, long seed) {
    ArrivalTraces traces = new ArrivalTraces(cost, seed);
    return List.of(
        traces.backlog(
            "mixed",
            "lengths 64-1024, steps 8-256, a backlog of which 256 are accepted at a time",
            ArrivalTraces::mixed),
        traces.backlog(
            "mixed-common",
            "the same with steps of 8, 16, 32, 64, 128 or 256 only",
            ArrivalTraces::common),
        traces.online("steady", "length 256, 32 steps, 70 % load", 0.7, 1, r -> of(256, 32, 0)),
        traces.online(
            "bursty",
            "64 at once, lengths 64-1024, 32 steps, 70 % load",
            0.7,
            BURST,
            r -> of(length(r), 32, 0)),
        traces.online(
            "mixed-online",
            "lengths 64-1024, steps 8-256, 80 % load",
            0.8,
            1,
            ArrivalTraces::mixed),
        traces.online(
            "priorities",
            "the same with 95 % load; priority 10: 10 %, 0: 60 %, -10: 30 %",
            0.95,
            1,
            ArrivalTraces::ranked));
  }

  /**
   * A bulk job of thousands beside a small tenant of interactive requests: flows {@code bulk} and
   * {@code small}.
   *
   * @param smallPriority priority of the small tenant's; the bulk has 0
   */
  public static ArrivalTrace tenants(StepCost cost, long seed, int smallPriority) {
    ArrivalTraces traces = new ArrivalTraces(cost, seed);
    ArrivalTrace small =
        traces.online(
            "small", "", SMALL_LOAD, 1, r -> of(SMALL_LENGTH, SMALL_STEPS, smallPriority));
    Random random = new Random(seed);
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < BULK_RUNS; i++) {
      Arrival run = mixed(random);
      arrivals.add(new Arrival(0, run.length(), run.steps(), 0, "bulk"));
    }
    for (Arrival run : small.arrivals().subList(0, SMALL_RUNS)) {
      arrivals.add(new Arrival(run.atMicros(), run.length(), run.steps(), run.priority(), "small"));
    }
    return new ArrivalTrace(
        "tenants",
        "3,000 runs of mixed at once, and 1,000 of length 128, 16 steps, one by one, 10 % load",
        Integer.MAX_VALUE,
        arrivals);
  }

  private interface Draw {
    Arrival next(Random random);
  }

  private static Arrival of(int length, int steps, int priority) {
    return new Arrival(0, length, steps, priority);
  }

  private static int length(Random random) {
    return LENGTH_MIN + random.nextInt(LENGTH_MAX - LENGTH_MIN + 1);
  }

  private static Arrival mixed(Random random) {
    double doublings = Math.log((double) STEPS_MAX / STEPS_MIN);
    int steps = (int) Math.round(STEPS_MIN * Math.exp(doublings * random.nextDouble()));
    return of(length(random), steps, 0);
  }

  private static Arrival common(Random random) {
    return of(length(random), STEPS_MIN << random.nextInt(6), 0);
  }

  private static Arrival ranked(Random random) {
    Arrival run = mixed(random);
    int percent = random.nextInt(100);
    return of(run.length(), run.steps(), percent < 10 ? 10 : percent < 70 ? 0 : -10);
  }

  private ArrivalTrace backlog(String name, String description, Draw draw) {
    Random random = new Random(seed);
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      arrivals.add(draw.next(random));
    }
    return new ArrivalTrace(name, description, ACCEPTED, arrivals);
  }

  /** Runs at random times, some of them together. */
  private ArrivalTrace online(
      String name, String description, double load, int together, Draw draw) {
    Random random = new Random(seed);
    List<Arrival> drawn = new ArrayList<>();
    double work = 0;
    for (int i = 0; i < RUNS; i++) {
      Arrival run = draw.next(random);
      drawn.add(run);
      work += full.workMicros(0, run.length(), 1, run.steps());
    }
    double meanGap = work / RUNS / load * together;
    double now = 0;
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      Arrival run = drawn.get(i);
      if (i % together == 0) {
        now += -Math.log(1 - random.nextDouble()) * meanGap;
      }
      arrivals.add(new Arrival(Math.round(now), run.length(), run.steps(), run.priority()));
    }
    return new ArrivalTrace(name, description, Integer.MAX_VALUE, arrivals);
  }
}
