package dev.lacuna.topology.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The consumer group. A rebalance is over at once: it asks every member to give up what moves, and
 * those who don't answer, because they are dead or stopped, are no members any more when it ends.
 */
final class Group {

  private final Set<ModelWorker> members = new LinkedHashSet<>();
  private final Map<Integer, ModelWorker> owners = new TreeMap<>();
  private boolean assigning;

  boolean has(ModelWorker worker) {
    return members.contains(worker);
  }

  /** A worker that isn't a member becomes one. */
  void join(ModelWorker worker) {
    members.add(worker);
    rebalance();
  }

  /** A member says that it goes, or was fenced; it may be while a rebalance asks it. */
  void leave(ModelWorker worker) {
    if (members.remove(worker) && !assigning) {
      rebalance();
    }
  }

  /** The session of a worker that is dead or stopped is over. */
  void evict(ModelWorker worker) {
    if (members.remove(worker)) {
      rebalance();
    }
  }

  /** Gives a task to a member, if the worker is one. */
  void move(int task, ModelWorker to) {
    if (has(to)) {
      members.removeIf(member -> !member.running());
      Map<Integer, ModelWorker> wanted = new TreeMap<>(kept());
      wanted.put(task, to);
      assign(wanted);
    }
  }

  /** Spreads the tasks; who has one keeps it if that leaves no other idle. */
  void rebalance() {
    members.removeIf(member -> !member.running());
    assign(kept());
  }

  private Map<Integer, ModelWorker> kept() {
    Map<Integer, ModelWorker> kept = new TreeMap<>(owners);
    kept.values().removeIf(owner -> !has(owner));
    return kept;
  }

  private void assign(Map<Integer, ModelWorker> wanted) {
    if (members.isEmpty()) {
      owners.clear();
      return;
    }
    for (int task = 0; task < Kafka.PARTITIONS; task++) {
      wanted.computeIfAbsent(task, none -> idlest(wanted));
    }
    List<ModelWorker> before = new ArrayList<>(members);
    assigning = true;
    before.forEach(member -> member.giveUpAllBut(tasksOf(wanted, member)));
    assigning = false;
    if (members.size() < before.size()) { // one was fenced while it gave up, and has left
      rebalance();
      return;
    }
    owners.clear();
    owners.putAll(wanted);
    before.forEach(member -> member.assign(tasksOf(wanted, member)));
  }

  private ModelWorker idlest(Map<Integer, ModelWorker> wanted) {
    return members.stream()
        .min(Comparator.comparingInt(member -> tasksOf(wanted, member).size()))
        .orElseThrow();
  }

  private static Set<Integer> tasksOf(Map<Integer, ModelWorker> owners, ModelWorker member) {
    Set<Integer> tasks = new LinkedHashSet<>();
    owners.forEach(
        (task, owner) -> {
          if (owner == member) {
            tasks.add(task);
          }
        });
    return tasks;
  }
}
