package dev.lacuna.worker;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.topology.WorkerSeams;
import java.util.ServiceLoader;

/**
 * Faults that tests put into a worker process: a provider on the class path (see {@link
 * ServiceLoader}). The product has none, so that no configuration can switch one on.
 *
 * <p>Threading: made by the thread that starts the worker, before there is another.
 */
public interface FaultInjection {

  /** Wraps a model's forward pass, once its cost was measured. */
  default ForwardPass forwardPass(String model, ForwardPass real) {
    return real;
  }

  /** Faults of clock, stores and protocol. */
  default WorkerSeams seams() {
    return WorkerSeams.NONE;
  }

  /** The provider on the class path; without one, no faults. */
  static FaultInjection load() {
    return ServiceLoader.load(FaultInjection.class).findFirst().orElse(new FaultInjection() {});
  }
}
