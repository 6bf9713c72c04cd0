package dev.lacuna.topology.pending;

import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.WorkerMetrics;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Events of the runs of one incarnation of a task. A processor object may be initialised again, and
 * the task may be taken over, so results are routed by this object and never by task id: what
 * arrives after the close is dropped and counted.
 *
 * <p>Threading: owned by the stream thread; {@link #observer} objects may be called on any thread.
 */
final class RunMailbox {
  private final WorkerMetrics metrics;
  private final AcceptedCounts accepted;
  private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  RunMailbox(WorkerMetrics metrics, AcceptedCounts accepted) {
    this.metrics = metrics;
    this.accepted = accepted;
  }

  /** An event and the run it is about. */
  record Arrival(SampleRun run, RunEvent event) {}

  /** What the engine calls with a run's events. */
  Consumer<RunEvent> observer(SampleRun run) {
    return event -> {
      if (closed) {
        metrics.staleResults(1);
      } else {
        arrivals.add(new Arrival(run, event));
        if (!(event instanceof RunEvent.StepDone)) {
          accepted.runEnded();
        }
      }
    };
  }

  /** The next event, or null. */
  Arrival poll() {
    return arrivals.poll();
  }

  /** Drops and counts what was not drained, and whatever comes later. */
  void close() {
    closed = true;
    int dropped = 0;
    while (arrivals.poll() != null) {
      dropped++;
    }
    metrics.staleResults(dropped);
  }
}
