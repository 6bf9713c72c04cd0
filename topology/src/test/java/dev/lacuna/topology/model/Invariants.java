package dev.lacuna.topology.model;

/** What holds after every action; what readers see is the {@link Ledger}'s. */
final class Invariants {

  private Invariants() {}

  /** Fails where one is broken. */
  static void hold(Cluster cluster) {
    for (ModelWorker worker : cluster.alive()) {
      countsAcceptedWork(worker);
      if (cluster.rules() == Rules.PRODUCT) {
        writesNothingUnarmed(worker);
      }
    }
  }

  /** No incarnation of a task has written anything before it had processed a record. */
  private static void writesNothingUnarmed(ModelWorker worker) {
    for (ModelTask task : worker.tasks().values()) {
      task.unarmedWrite()
          .ifPresent(
              write -> {
                throw new AssertionError(worker.name() + " wrote unarmed: " + write);
              });
    }
  }

  /** Accepted work is what the stores hold, and bounded. */
  private static void countsAcceptedWork(ModelWorker worker) {
    int count = worker.parts().accepted.count();
    if (count != worker.entries()) {
      throw new AssertionError(
          worker.name() + " counts " + count + ", its stores hold " + worker.entries());
    }
    if (count > worker.acceptedBound()) {
      throw new AssertionError(
          worker.name() + " has accepted " + count + ", the bound is " + worker.acceptedBound());
    }
  }
}
