package dev.lacuna.runtime.engine.schedule;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Shares the device's time among flows by their weights, by weighted fair queueing over the device
 * time that forward passes are estimated to take (Demers, Keshav and Shenker 1989; Goyal, Vin and
 * Cheng 1996 for starting at the current time).
 *
 * <p>Each flow has a virtual time: the device time that it was charged for over its weight. The
 * flow with the least goes next. The flows' common virtual time advances as each of theirs would if
 * all had just their shares. A flow that comes starts there, so that it can't save up time while it
 * is idle; unless its own is later, since it had more than its share: it can't forget its debt by
 * leaving for a moment either.
 *
 * <p>A flow is known while it has runs, and a debt until the common time has passed it, at most
 * {@link #DEBTS_MAX} of them and of short names: names are unbounded input.
 *
 * <p>Threading: owned by its policy's thread.
 */
final class Flows<T> {

  /** Debts of flows without runs that are remembered; the least is forgiven first. */
  static final int DEBTS_MAX = 1024;

  /** Characters of the longest name of which a debt is remembered. */
  static final int NAME_MAX = 256;

  /** Where a flow without runs stood when it left. */
  private record Debt(String flow, double virtualMicros) {}

  private final Map<String, Double> weights;
  private final List<ModelShapes> models;
  private final Map<String, Flow<T>> live = new HashMap<>();
  private final TreeSet<Flow<T>> byTime =
      new TreeSet<>(
          Comparator.comparingDouble((Flow<T> flow) -> flow.virtualMicros())
              .thenComparingLong(Flow::turn));
  private final Map<String, Debt> debts = new HashMap<>();
  private final TreeSet<Debt> byDebt =
      new TreeSet<>(Comparator.comparingDouble(Debt::virtualMicros).thenComparing(Debt::flow));
  private double virtualMicros;
  private double weightOfLive;
  private long turns;

  Flows(Map<String, Double> weights, List<ModelShapes> models) {
    this.weights = weights;
    this.models = models;
  }

  void add(ScheduledRun<T> run) {
    Flow<T> flow = live.get(run.demand().flow());
    if (flow == null) {
      flow = join(run.demand().flow());
    }
    run.live = flow.live(run.shapes.model());
    run.bucket = run.live.bucket(run.shape);
    flow.add(run);
  }

  private Flow<T> join(String name) {
    Flow<T> flow = new Flow<>(name, weights.getOrDefault(name, 1.0), models);
    Debt debt = debts.remove(name);
    if (debt != null) {
      byDebt.remove(debt);
    }
    double own = debt == null ? virtualMicros : debt.virtualMicros();
    flow.moveTo(Math.max(virtualMicros, own), ++turns);
    live.put(name, flow);
    byTime.add(flow);
    weightOfLive += flow.weight();
    return flow;
  }

  /** Lets a run go; false if it is not here. */
  boolean remove(ScheduledRun<T> run) {
    if (run.live == null || !run.live.flow().remove(run)) {
      return false;
    }
    if (run.live.flow().size() == 0) {
      leave(run.live.flow());
    }
    return true;
  }

  private void leave(Flow<T> flow) {
    live.remove(flow.name());
    byTime.remove(flow);
    weightOfLive -= flow.weight();
    if (live.isEmpty()) { // an idle device: whatever was taken, nobody missed it
      virtualMicros = 0;
      weightOfLive = 0;
      debts.clear();
      byDebt.clear();
      return;
    }
    if (flow.name().length() <= NAME_MAX) {
      Debt debt = new Debt(flow.name(), flow.virtualMicros());
      debts.put(flow.name(), debt);
      byDebt.add(debt);
      forgive();
    }
  }

  private void forgive() {
    while (!byDebt.isEmpty()
        && (byDebt.first().virtualMicros() <= virtualMicros || byDebt.size() > DEBTS_MAX)) {
      debts.remove(byDebt.pollFirst().flow());
    }
  }

  boolean isEmpty() {
    return live.isEmpty();
  }

  /** The flow that goes next; there must be one. */
  Flow<T> least() {
    return byTime.first();
  }

  /** Flows that have runs, the one that goes next first. */
  Iterable<Flow<T>> inOrder() {
    return byTime;
  }

  /** Charges the flows for a forward pass. */
  void charge(Batch<T> batch) {
    Flow<T> leading = batch.runs().get(0).live.flow();
    turns++;
    for (Map.Entry<Flow<T>, Double> part : batch.parts().entrySet()) {
      Flow<T> flow = part.getKey();
      byTime.remove(flow);
      flow.charge(part.getValue(), batch.runs());
      flow.moveTo(flow.virtualMicros(), flow == leading ? turns : flow.turn());
      byTime.add(flow);
    }
    double fair = virtualMicros + batch.micros() / weightOfLive;
    virtualMicros =
        Math.max(byTime.first().virtualMicros(), Math.min(byTime.last().virtualMicros(), fair));
    forgive();
  }

  /** Flows with runs or debts. */
  int known() {
    return live.size() + debts.size();
  }
}
