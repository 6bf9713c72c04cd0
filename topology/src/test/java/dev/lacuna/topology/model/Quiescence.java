package dev.lacuna.topology.model;

import dev.lacuna.topology.fakes.TestParts;
import java.time.Duration;
import java.util.List;

/**
 * The end of every list of actions: no further faults, and everybody gets turns. First those who
 * are stopped are taken over from; then they go on, in the middle of their loop, where they write
 * and commit before they ask whether they still may.
 */
final class Quiescence {

  /** Rounds without any progress after which there will never be one. */
  private static final int PATIENCE = 25;

  /** Far more than the records and requests that kill can kill before they are given up. */
  private static final int DEATHS_MAX = 1_000;

  private static final Duration ROUND = TestParts.DRAIN_INTERVAL.multipliedBy(3);

  private final Cluster cluster;

  Quiescence(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Fails unless every request is answered and nothing is left. */
  void reached() {
    cluster.endThoseToldToStop();
    cluster.sessionsEnd();
    cluster.transactionsEnd();
    startOneAtLeast();
    boolean allStopped = cluster.alive().stream().noneMatch(ModelWorker::running);
    if (!allStopped) {
      runToTheEnd();
    }
    for (int place = 0; place < Cluster.PLACES; place++) {
      cluster.goOn(place);
      cluster.finish(place); // the engine's thread may be faster than the stream thread
      cluster.punctuate(place);
      cluster.commit(place);
    }
    cluster.endThoseToldToStop();
    startOneAtLeast();
    runToTheEnd();
    nothingLeft();
  }

  private void startOneAtLeast() {
    if (cluster.alive().stream().noneMatch(ModelWorker::running)) {
      for (int place = 0; place < Cluster.PLACES; place++) {
        cluster.start(place); // does nothing where one is stopped
      }
    }
  }

  private void runToTheEnd() {
    int idle = 0;
    String before = "";
    while (idle < PATIENCE) {
      cluster.deadOnesAreMissed();
      for (int place = 0; place < Cluster.PLACES; place++) {
        cluster.hurry(place, false);
        cluster.learn(place);
        cluster.ticks(place);
        cluster.turn(place);
        cluster.step(place);
        cluster.start(place); // where one has died
        cluster.pass(place, ROUND);
        Invariants.hold(cluster);
      }
      if (cluster.ledger().owed().isEmpty() && cluster.broker().allRead()) {
        return;
      }
      if (cluster.deaths() > DEATHS_MAX) {
        throw new AssertionError("no end of deaths: never answered " + cluster.ledger().owed());
      }
      String now = progress();
      idle = now.equals(before) ? idle + 1 : 0;
      before = now;
    }
    throw new AssertionError(
        "stuck: never answered "
            + cluster.ledger().owed()
            + ", requests read "
            + cluster.broker().requestsRead());
  }

  /** Whatever moves when there is progress; ticks alone are none. */
  private String progress() {
    List<ModelWorker> workers = cluster.alive();
    return cluster.deaths()
        + "/"
        + cluster.ledger().completions()
        + "/"
        + cluster.broker().requestsRead()
        + "/"
        + workers.stream().mapToInt(worker -> worker.parts().engine.submitted().size()).sum()
        + "/"
        + workers.stream().mapToLong(worker -> worker.parts().engine.rowSteps()).sum();
  }

  private void nothingLeft() {
    for (int place = 0; place < Cluster.PLACES; place++) {
      cluster.step(place); // the engine learns of runs that were cancelled
    }
    if (!cluster.broker().unread().isEmpty()) {
      throw new AssertionError("skipped " + cluster.broker().unread());
    }
    for (String store : List.of("pending", "progress", "undecoded")) {
      if (cluster.broker().stored(store) > 0) {
        throw new AssertionError("left in the store '" + store + "'");
      }
    }
    for (ModelWorker worker : cluster.alive()) {
      if (worker.parts().accepted.count() != 0 || worker.parts().engine.open() > 0) {
        throw new AssertionError(
            worker.name()
                + " still counts "
                + worker.parts().accepted.count()
                + " accepted and "
                + worker.parts().engine.open()
                + " runs");
      }
    }
  }
}
