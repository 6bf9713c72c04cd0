package dev.lacuna.benchmarks.recovery;

import dev.lacuna.benchmarks.cluster.BenchCluster;
import dev.lacuna.benchmarks.cluster.Models;
import dev.lacuna.benchmarks.cluster.Workload;
import dev.lacuna.benchmarks.cluster.Workload.Job;
import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.worker.models.ModelSet;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What it costs to be able to go on, and what going on costs.
 *
 * <p>Threading: used by one thread.
 */
public final class RecoveryBench {

  /** What can be measured. */
  public enum Part {
    /** Throughput with checkpoints all the time against none. */
    COST,
    /** Bytes of progress records. */
    SIZES,
    /** What answered requests leave in the changelogs, and its restore. */
    CHANGELOGS,
    /** A worker's end in the middle of its work, and the next one's start. */
    TAKEOVER
  }

  /**
   * What is measured.
   *
   * @param model of cost and takeover
   * @param tiny of the changelogs, which are about records
   * @param texts where the requests' known tokens come from
   * @param lengthTokens of every canvas
   * @param requests that count in a round of the cost
   * @param rounds of the cost that count, on each side
   * @param slots rows of a forward pass, the same for all workers
   * @param pending requests at a takeover
   * @param runSeconds that a worker works before it ends
   * @param waitSeconds for the next one's first full batch
   * @param changelogRequests answered before changelogs are looked at
   * @param settleSeconds between two looks at the changelogs
   * @param settings keys of the configuration
   */
  public record Options(
      Set<Part> parts,
      Path model,
      Path tiny,
      List<String> texts,
      int lengthTokens,
      int steps,
      int requests,
      int rounds,
      int slots,
      int pending,
      int runSeconds,
      int waitSeconds,
      int changelogRequests,
      int settleSeconds,
      Map<String, String> settings) {}

  private static final int CHANGELOG_STEPS = 8;
  private static final int JOBS = 64;

  /** Steps of the runs that are pending at a takeover: none ends before. */
  private static final int LONG_STEPS = 60;

  private final Options options;
  private final BenchReport report;

  /** Measures nothing yet. */
  public RecoveryBench(Options options, BenchReport report) {
    this.options = options;
    this.report = report;
  }

  /** Measures the parts that were asked for. */
  public void run() throws InterruptedException {
    if (options.parts().contains(Part.SIZES)) {
      ProgressSizes.print(report);
    }
    if (options.parts().contains(Part.CHANGELOGS)) {
      changelogs();
    }
    if (options.parts().contains(Part.COST)) {
      cost();
    }
    if (options.parts().contains(Part.TAKEOVER)) {
      takeover();
    }
  }

  private void changelogs() throws InterruptedException {
    Map<String, String> settings = new LinkedHashMap<>(options.settings());
    settings.putIfAbsent("checkpoint.device.ms", "100"); // so that requests are stored at all
    try (BenchCluster cluster = BenchCluster.start(options.tiny(), settings)) {
      new ChangelogBench(options, report).run(cluster, jobs(cluster, CHANGELOG_STEPS, JOBS));
    }
  }

  private void cost() throws InterruptedException {
    try (BenchCluster cluster = BenchCluster.start(options.model(), options.settings())) {
      int counted = (options.requests() + options.slots() - 1) / options.slots() * options.slots();
      List<Job> jobs = jobs(cluster, options.steps(), counted + 2 * options.slots());
      List<Job> quick = jobs(cluster, CheckpointCost.QUICK_STEPS, CheckpointCost.QUICK_REQUESTS);
      new CheckpointCost(options, report).run(cluster, jobs, quick);
    }
  }

  private void takeover() throws InterruptedException {
    BenchReport.Table rows = report.table("takeover", 1);
    try (BenchCluster cluster = BenchCluster.start(options.model(), options.settings())) {
      List<Job> jobs = jobs(cluster, LONG_STEPS, JOBS);
      TakeoverBench takeover = new TakeoverBench(options, rows);
      takeover.run(cluster, jobs, true);
      takeover.run(cluster, jobs, false);
    }
    rows.print();
  }

  private List<Job> jobs(BenchCluster cluster, int steps, int count) {
    try (ModelSet models = Models.load(cluster.modelConfig())) {
      return Workload.of(
              models.loaded(cluster.modelName()),
              options.texts(),
              options.lengthTokens(),
              steps,
              count)
          .jobs();
    }
  }
}
