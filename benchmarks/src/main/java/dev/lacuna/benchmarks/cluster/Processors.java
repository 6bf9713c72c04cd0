package dev.lacuna.benchmarks.cluster;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Processor time of all that takes part, since they share the machine's cores.
 *
 * @param atNanos instant of the reading
 * @param worker its process
 * @param servers broker and registry
 * @param own this process: the engine alone, or the client that sends and reads
 */
public record Processors(long atNanos, Duration worker, Duration servers, Duration own) {

  /** Reads the processor time of all three, now. */
  public static Processors read(WorkerChild worker) {
    Duration workers = worker.processorTime();
    Duration children =
        ProcessHandle.current()
            .descendants()
            .map(Processors::of)
            .reduce(Duration.ZERO, Duration::plus);
    return new Processors(
        System.nanoTime(), workers, children.minus(workers), of(ProcessHandle.current()));
  }

  private static Duration of(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Cores that each used since an earlier reading, mean over the time between. */
  public Map<String, Double> coresSince(Processors before) {
    Map<String, Double> cores = new LinkedHashMap<>();
    double nanos = atNanos - before.atNanos;
    cores.put("workerCores", worker.minus(before.worker).toNanos() / nanos);
    cores.put("serversCores", servers.minus(before.servers).toNanos() / nanos);
    cores.put("ownCores", own.minus(before.own).toNanos() / nanos);
    return cores;
  }
}
