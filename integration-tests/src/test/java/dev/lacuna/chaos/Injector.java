package dev.lacuna.chaos;

import dev.lacuna.field.FaultyRegistry;
import dev.lacuna.field.FreshSchema;
import dev.lacuna.it.faults.Switch;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Does faults.
 *
 * <p>Threading: any thread may call {@link #inject}, which returns when the fault is over; faults
 * overlap, but for two of one server.
 */
final class Injector {
  /** Longer than the session timeout of 6 s, so that others have taken over. */
  private static final Duration TAKEN_OVER = Duration.ofMillis(7_500);

  private static final Duration LEASE_LIMIT = Duration.ofSeconds(60);
  private static final Duration END_LIMIT = Duration.ofSeconds(20);
  private static final Duration WORK_LIMIT = Duration.ofSeconds(4);

  /** Timings are published about every 300 ms. */
  private static final Duration WORKS = Duration.ofMillis(200);

  /** For a request to be sent and read, behind a backlog. */
  private static final Duration LIE_LIMIT = Duration.ofSeconds(60);

  private static final List<FaultyRegistry.Reply> LIES =
      List.of(
          FaultyRegistry.UNKNOWN,
          FaultyRegistry.GATEWAY,
          new FaultyRegistry.Reply(502, "<html>bad gateway</html>"));

  private static final int FLEET_MIN = 2;
  private static final int FLEET_MAX = 4;
  private static final long[] JUMPS_MINUTES = {5, -5, 180, -180, 2 * 1440, -2 * 1440};
  private static final long MICROS_PER_MINUTE = 60_000_000;

  private final Cluster cluster;
  private final Fleet fleet;
  private final Oracle oracle;
  private final NoteEcho notes;
  private final Traffic traffic;
  private final ReentrantLock broker = new ReentrantLock();
  private final ReentrantLock registry = new ReentrantLock();
  private final ReentrantLock pairs = new ReentrantLock(); // two faults with one of two would wait
  private final Map<FaultKind, Integer> done = new EnumMap<>(FaultKind.class);

  Injector(Cluster cluster, Fleet fleet, Oracle oracle, NoteEcho notes, Traffic traffic) {
    this.cluster = cluster;
    this.fleet = fleet;
    this.oracle = oracle;
    this.notes = notes;
    this.traffic = traffic;
  }

  /** Faults that were done, by kind. */
  synchronized Map<FaultKind, Integer> done() {
    return new EnumMap<>(done);
  }

  private synchronized void count(FaultKind kind) {
    done.merge(kind, 1, Integer::sum);
  }

  /** Does one fault and ends it. */
  void inject(Fault fault) throws Exception {
    switch (fault.kind()) {
      case BROKER -> broker(fault);
      case REGISTRY -> registry(fault);
      case REGISTRY_LIES -> registryLies(fault);
      case MEMBER -> member(fault);
      case ZOMBIE -> zombie(fault);
      case NOTES -> notes(fault);
      default -> toOne(fault);
    }
  }

  private void toOne(Fault fault) throws Exception {
    Member member = lease(fault.draw());
    try {
      toOne(fault, member);
      count(fault.kind());
    } finally {
      fleet.hold(member, false);
      fleet.release(member);
    }
  }

  private void toOne(Fault fault, Member member) throws Exception {
    switch (fault.kind()) {
      case KILL, BACKLOG -> {
        fleet.hold(member, fault.draw() % 2 == 0);
        killAtWork(member);
        if (fault.draw() % 2 == 0) {
          Pause.of(fault.hold());
        }
      }
      case WIPE -> {
        fleet.hold(member, true);
        killAtWork(member);
        member.wipe();
        Pause.of(fault.hold());
      }
      case TERM -> member.process().terminate();
      case DISK -> {
        member.fault(Switch.STORES).on("full");
        Pause.of(fault.hold().plusSeconds(1));
        member.fault(Switch.STORES).off();
      }
      case FILES -> files(fault, member);
      case CLOCK -> {
        long minutes = JUMPS_MINUTES[fault.draw() % JUMPS_MINUTES.length];
        member.fault(Switch.CLOCK).on(Long.toString(minutes * MICROS_PER_MINUTE));
        Pause.of(fault.hold().plusSeconds(3));
        member.fault(Switch.CLOCK).off();
      }
      case DEVICE -> {
        member.fault(Switch.DEVICE).on("once");
        Pause.of(fault.hold());
      }
      case DEVICE_MEMORY -> {
        member.fault(Switch.DEVICE).on("memory");
        Pause.of(fault.hold().plusSeconds(2));
        member.fault(Switch.DEVICE).off();
      }
      case DEVICE_LOST -> lost(member);
      default -> throw new IllegalStateException("not for one worker: " + fault.kind());
    }
  }

  /**
   * Most likely in a forward pass: one is under way for most of the time in which a worker works.
   */
  private void killAtWork(Member member) throws Exception {
    Pause.until(WORK_LIMIT, () -> oracle.steps(member.id(), WORKS));
    member.process().kill();
  }

  /** A worker whose device is lost ends by itself, or its operator ends it. */
  private void lost(Member member) throws Exception {
    fleet.hold(member, true);
    member.fault(Switch.DEVICE).on("lost");
    if (!Pause.until(END_LIMIT, () -> !member.alive())) {
      member.process().kill();
    }
  }

  private void files(Fault fault, Member member) throws Exception {
    limitFiles(member, "1024:unlimited");
    Pause.of(fault.hold().plusSeconds(2));
    if (member.alive()) {
      limitFiles(member, "unlimited:unlimited");
    }
  }

  private static void limitFiles(Member member, String bytes) throws Exception {
    Process limit =
        new ProcessBuilder(
                "prlimit", "--pid", Long.toString(member.process().pid()), "--fsize=" + bytes)
            .redirectErrorStream(true)
            .start();
    limit.waitFor(10, TimeUnit.SECONDS);
  }

  /**
   * One worker dies, another restores its entries and is stopped before it has had a record of its
   * own, if things go so; the first comes back and takes over, the second wakes up.
   */
  private void zombie(Fault fault) throws Exception {
    pairs.lock();
    Member dead = lease(fault.draw());
    try {
      Member zombie = lease(fault.draw() / 8);
      try {
        fleet.hold(dead, true);
        dead.process().kill();
        Pause.of(TAKEN_OVER);
        if (zombie.alive()) {
          zombie.process().stop();
          fleet.hold(dead, false);
          Pause.of(TAKEN_OVER.plus(fault.hold()).plusSeconds(2));
          zombie.process().cont();
          count(fault.kind());
        }
      } finally {
        fleet.release(zombie);
      }
    } finally {
      fleet.hold(dead, false);
      fleet.release(dead);
      pairs.unlock();
    }
  }

  private void broker(Fault fault) {
    broker.lock();
    try {
      cluster.broker().kill();
      Pause.of(fault.hold());
      cluster.broker().restart();
      count(fault.kind());
    } finally {
      broker.unlock();
    }
  }

  private void registry(Fault fault) {
    registry.lock();
    try {
      cluster.registry().kill();
      Pause.of(fault.hold().plusSeconds(2));
      cluster.registry().restart();
      count(fault.kind());
    } finally {
      registry.unlock();
    }
  }

  /**
   * Requests are written by a schema that is new, and whoever asks for it is told that there is
   * none until seconds after the first has asked. It is done if somebody has.
   */
  private void registryLies(Fault fault) throws Exception {
    registry.lock();
    try {
      FreshSchema fresh = FreshSchema.register(cluster.registry().url(), "chaos");
      cluster
          .gateway()
          .fault(FaultyRegistry.ofId(fresh.id(), LIES.get(fault.draw() % LIES.size())));
      traffic.writeBy(fresh);
      if (Pause.until(LIE_LIMIT, () -> cluster.gateway().askedFor(fresh.id()) > 0)) {
        Pause.of(fault.hold().plusSeconds(1));
        count(fault.kind());
      }
    } finally {
      cluster.gateway().sound();
      registry.unlock();
    }
  }

  /** At once, and again when more of what they tell is answered. */
  private void notes(Fault fault) {
    notes.disturb(oracle.answeredIds(), fault.draw());
    Pause.of(fault.hold().plusSeconds(2));
    notes.disturb(oracle.answeredIds(), fault.draw() + 1);
    count(fault.kind());
  }

  private void member(Fault fault) throws Exception {
    int size = fleet.size();
    if (size == FLEET_MIN || (size < FLEET_MAX && fault.draw() % 2 == 0)) {
      fleet.add();
    } else {
      Member leaving = lease(fault.draw());
      fleet.retire(leaving);
      leaving.process().terminate();
    }
    count(fault.kind());
  }

  private Member lease(int draw) throws Exception {
    return fleet
        .lease(draw, LEASE_LIMIT)
        .orElseThrow(
            () ->
                new AssertionError(
                    "no worker has run for "
                        + LEASE_LIMIT.toSeconds()
                        + " s; logs: "
                        + fleet.members().stream().map(Member::log).toList()));
  }
}
