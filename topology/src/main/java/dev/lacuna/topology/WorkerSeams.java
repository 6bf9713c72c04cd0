package dev.lacuna.topology;

import dev.lacuna.topology.process.ArmingRule;
import dev.lacuna.topology.process.ModelCatalog;
import dev.lacuna.topology.process.WorkerClock;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;

/**
 * Where tests put faults into a worker: the product takes {@link #NONE}.
 *
 * @param clock the worker's clock
 * @param arming when an incarnation of a task may write
 * @param stores wraps what makes a store
 * @param models wraps what lays documents out and reads runs
 */
public record WorkerSeams(
    WorkerClock clock,
    ArmingRule arming,
    UnaryOperator<KeyValueBytesStoreSupplier> stores,
    UnaryOperator<ModelCatalog> models) {
  /** Nothing is put in. */
  public static final WorkerSeams NONE =
      new WorkerSeams(
          WorkerClock.system(),
          ArmingRule.AFTER_A_RECORD,
          UnaryOperator.identity(),
          UnaryOperator.identity());
}
