package dev.lacuna.benchmarks.recovery;

import dev.lacuna.benchmarks.cluster.BenchCluster;
import dev.lacuna.benchmarks.cluster.KafkaSide;
import dev.lacuna.benchmarks.cluster.Rate;
import dev.lacuna.benchmarks.cluster.Round;
import dev.lacuna.benchmarks.cluster.WorkerChild;
import dev.lacuna.benchmarks.cluster.Workload.Job;
import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.Median;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What checkpoints cost: two workers, one that stores its requests as often as it can and one that
 * never does, take turns with the same requests.
 *
 * <p>Threading: used by one thread.
 */
final class CheckpointCost {
  /** Requests and steps that warm both workers up. */
  static final int QUICK_REQUESTS = 150;

  static final int QUICK_STEPS = 2;

  private final RecoveryBench.Options options;
  private final BenchReport report;
  private final BenchReport.Table rows;
  private final List<Side> sides = new ArrayList<>();

  CheckpointCost(RecoveryBench.Options options, BenchReport report) {
    this.options = options;
    this.report = report;
    this.rows = report.table("checkpoints", 1);
  }

  /** A worker and what was measured of it. */
  private record Side(
      String name, WorkerChild worker, KafkaSide kafka, List<Double> rates, List<Double> cores) {}

  /**
   * Measures.
   *
   * @param quick requests that compile the paths of a request and don't count
   */
  void run(BenchCluster cluster, List<Job> jobs, List<Job> quick) throws InterruptedException {
    try (BenchCluster often = cluster.beside("often");
        WorkerChild storing = often.worker(settings("10"));
        KafkaSide first = new KafkaSide(often, storing, true);
        BenchCluster never = cluster.beside("never");
        WorkerChild other = never.worker(settings("3600000"));
        KafkaSide second = new KafkaSide(never, other, true)) {
      sides.add(new Side("often", storing, first, new ArrayList<>(), new ArrayList<>()));
      sides.add(new Side("never", other, second, new ArrayList<>(), new ArrayList<>()));
      sides.forEach(side -> side.kafka().run("quick", quick));
      for (int round = 1; round <= options.rounds(); round++) {
        // The first of a round meets the colder machine: they take turns at that, too.
        for (int turn = 0; turn < sides.size(); turn++) {
          round(sides.get((round + turn) % sides.size()), round, jobs);
        }
      }
    }
    rows.print();
    summary();
  }

  private Map<String, String> settings(String checkpointMillis) {
    return Map.of(
        "checkpoint.device.ms", checkpointMillis, "slots", Integer.toString(options.slots()));
  }

  private void round(Side side, int number, List<Job> jobs) {
    long streamNanos = side.worker().streamNanos(side.name());
    long begun = System.nanoTime();
    Round round = side.kafka().run("round-" + number, jobs);
    double cores =
        (double) (side.worker().streamNanos(side.name()) - streamNanos)
            / (System.nanoTime() - begun);
    Rate rate = Rate.steady(round.finishedNanos(), options.slots());
    side.rates().add(rate.perSecond());
    side.cores().add(cores);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("side", side.name());
    fields.put("round", number);
    fields.put("requests", rate.counted());
    fields.put("completionsPerSecond", rate.perSecond());
    fields.put("stepMillis", round.stepMillis());
    fields.put("streamThreadCores", cores);
    rows.row(fields);
  }

  private void summary() {
    double often = Median.of(sides.get(0).rates());
    double never = Median.of(sides.get(1).rates());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ratioOfMedians", often / never);
    fields.put("streamThreadCoresOften", Median.of(sides.get(0).cores()));
    fields.put("streamThreadCoresNever", Median.of(sides.get(1).cores()));
    BenchReport.Table summary = report.table("checkpointCost", 0);
    summary.row(fields);
    summary.print();
  }
}
