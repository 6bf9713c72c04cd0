package dev.lacuna.topology.model;

import dev.lacuna.topology.fakes.FakeEngine.ProcessDied;
import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.model.Kafka.Meaning;
import dev.lacuna.topology.store.DeathNote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A broker and the places where workers run. Every method is an action of the model: it does
 * nothing where it doesn't apply, so that lists of actions stay valid when some are left out.
 */
final class Cluster {

  /** {@code accepted.max} of the worker at each place; that of the express topic is 1. */
  private static final int[] ACCEPTED_MAX = {1, 2, 6};

  static final int PLACES = ACCEPTED_MAX.length;

  private final Rules rules;
  private final Ledger ledger = new Ledger();
  private final Broker broker = new Broker(ledger);
  private final Group group = new Group();
  private final ModelWorker[] workers = new ModelWorker[PLACES];
  private final Set<String> produced = new HashSet<>();
  private final List<ModelWorker> all = new ArrayList<>();
  private final List<List<DeathNote>> flightLogs = new ArrayList<>(); // by place
  private final List<List<DeathNote>> told = new ArrayList<>(); // by place
  private int started;
  private int deaths;
  private int killsInPass;

  /** Workers at the first two places. */
  Cluster(Rules rules) {
    this.rules = rules;
    for (int place = 0; place < PLACES; place++) {
      flightLogs.add(List.of());
      told.add(List.of());
    }
    start(0);
    start(1);
  }

  Rules rules() {
    return rules;
  }

  Ledger ledger() {
    return ledger;
  }

  Broker broker() {
    return broker;
  }

  Group group() {
    return group;
  }

  // What people ask for.

  void submit(Asked asked) {
    boolean again = !produced.add(asked.id());
    if (again && asked.kind() == Asked.Kind.STRANGE) {
      return; // two that wait for their schema are owed one answer or two, as it comes
    }
    broker.produce(asked.topic(), asked.id(), asked.bytes(), new Meaning.Submit(asked), asked.id());
  }

  void cancel(Asked asked) {
    broker.produce(
        Kafka.control(asked.partition()),
        asked.id(),
        FakeWire.encode(FakeWire.SCHEMA, Requests.cancel(asked.id())),
        new Meaning.Cancel(asked.id()),
        "cancel " + asked.id());
  }

  void nothing(Asked asked) {
    broker.produce(
        asked.topic(),
        asked.id(),
        null,
        new Meaning.Nothing(asked.id()),
        "nothing for " + asked.id());
  }

  // What becomes of processes.

  /** Starts a worker where none runs. */
  void start(int place) {
    if (workers[place] == null) {
      told.set(place, flightLogs.get(place));
      flightLogs.set(place, List.of());
      tellAgain(place);
      String name = "worker" + place + "#" + ++started;
      workers[place] = new ModelWorker(name, ACCEPTED_MAX[place], broker, group, rules);
      all.add(workers[place]);
      group.join(workers[place]);
    }
  }

  void kill(int place) {
    at(
        place,
        worker -> {
          flightLogs.set(place, worker.deathNotes());
          worker.kill();
          workers[place] = null;
          deaths++;
        });
  }

  /** SIGKILL in the middle of a forward pass; so seldom that nobody is failed for it. */
  void killInPass(int place) {
    running(
        place,
        worker -> {
          if (killsInPass + 1 < ModelWorker.ATTEMPTS_MAX) {
            killsInPass++;
            worker.killInPass();
            step(place);
          }
        });
  }

  /** Notes of a death arrive once more: a worker that was killed while it told them. */
  void tellAgain(int place) {
    told.get(place).forEach(broker::note);
  }

  /** How often a worker was killed, or died. */
  int deaths() {
    return deaths;
  }

  void stop(int place) {
    running(place, ModelWorker::stop);
  }

  void stopInCommit(int place) {
    running(place, ModelWorker::stopInCommit);
  }

  void goOn(int place) {
    at(
        place,
        worker -> {
          if (!worker.running()) {
            worker.goOn();
          }
        });
  }

  void terminate(int place) {
    running(
        place,
        worker -> {
          worker.terminate();
          workers[place] = null;
        });
  }

  /** SIGTERM, of which only the beginning is seen yet. */
  void order(int place) {
    running(place, ModelWorker::order);
  }

  void endThoseToldToStop() {
    for (int place = 0; place < PLACES; place++) {
      if (workers[place] != null && workers[place].ordered()) {
        terminate(place);
      }
    }
  }

  /** Sessions of those who don't go on are over. */
  void sessionsEnd() {
    all.stream().filter(worker -> !worker.running()).forEach(group::evict);
  }

  /** Sessions and transactions of the dead are over, not of those who are stopped. */
  void deadOnesAreMissed() {
    all.stream().filter(worker -> !worker.alive()).forEach(group::evict);
    broker.timeOutDead();
  }

  /** Transactions of those who don't go on are aborted. */
  void transactionsEnd() {
    broker.timeOut();
  }

  void move(int task, int place) {
    running(place, worker -> group.move(task, worker));
  }

  // What a running worker does.

  void revive(int place) {
    running(place, ModelWorker::revive);
  }

  void poll(int place) {
    running(place, ModelWorker::poll);
  }

  void fetch(int place) {
    running(place, ModelWorker::fetch);
  }

  void process(int place) {
    running(place, worker -> worker.process());
  }

  void punctuate(int place) {
    running(place, ModelWorker::punctuate);
  }

  void commit(int place) {
    running(place, worker -> worker.commit());
  }

  void ticks(int place) {
    running(place, ModelWorker::sendTicks);
  }

  void learn(int place) {
    running(place, ModelWorker::learn);
  }

  /** One turn of the stream thread's loop. */
  void turn(int place) {
    running(
        place,
        worker -> {
          worker.poll();
          while (worker.process()) {
            // until nothing is ready
          }
          worker.punctuate();
          worker.commit();
        });
  }

  void step(int place) {
    running(place, worker -> worker.parts().engine.step());
  }

  /** Steps until every run has ended. */
  void finish(int place) {
    running(place, worker -> worker.parts().engine.finish());
  }

  private void mayDie(int place, Runnable work) {
    try {
      work.run();
    } catch (ProcessDied died) {
      kill(place);
    }
  }

  /** A tick that nobody asked for. */
  void tick(int partition) {
    broker.tick(partition, 0);
  }

  void pass(int place, Duration time) {
    running(place, worker -> worker.parts().clock.advance(time));
  }

  void jump(int place, Duration by) {
    running(place, worker -> worker.parts().clock.jump(by));
  }

  /** Whether a drain has time for one look at most, or for everything. */
  void hurry(int place, boolean slow) {
    running(
        place,
        worker -> worker.parts().clock.costPerLook(slow ? Duration.ofMillis(9) : Duration.ZERO));
  }

  private void at(int place, Consumer<ModelWorker> action) {
    if (workers[place] != null) {
      action.accept(workers[place]);
    }
  }

  private void running(int place, Consumer<ModelWorker> action) {
    at(
        place,
        worker -> {
          if (worker.running()) {
            mayDie(place, () -> action.accept(worker));
          }
        });
  }

  /** Workers that are not dead; some may be stopped. */
  List<ModelWorker> alive() {
    List<ModelWorker> alive = new ArrayList<>();
    for (ModelWorker worker : workers) {
      if (worker != null) {
        alive.add(worker);
      }
    }
    return alive;
  }
}
