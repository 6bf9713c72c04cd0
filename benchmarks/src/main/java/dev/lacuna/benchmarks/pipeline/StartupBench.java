package dev.lacuna.benchmarks.pipeline;

import dev.lacuna.benchmarks.cluster.BenchCluster;
import dev.lacuna.benchmarks.cluster.WorkerChild;
import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.Median;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A worker's start, from before the launcher to ready, against a broker and a registry that run.
 *
 * <p>Threading: used by one thread.
 */
public final class StartupBench {

  /**
   * What is measured.
   *
   * @param starts the first finds a new group and no internal topics
   */
  public record Options(Path model, int starts, Map<String, String> settings) {}

  private final Options options;
  private final BenchReport report;

  /** Measures nothing yet. */
  public StartupBench(Options options, BenchReport report) {
    this.options = options;
    this.report = report;
  }

  /** Measures. */
  public void run() throws InterruptedException {
    BenchReport.Table rows = report.table("start", 1);
    List<Double> totals = new ArrayList<>();
    try (BenchCluster cluster = BenchCluster.start(options.model(), options.settings())) {
      for (int number = 1; number <= options.starts(); number++) {
        try (WorkerChild worker = cluster.worker()) {
          WorkerChild.Start start = worker.started();
          totals.add((double) start.totalMillis());
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("group", number == 1 ? "new" : "known");
          fields.put("startMillis", start.totalMillis());
          fields.putAll(start.partMillis());
          rows.row(fields);
        }
      }
    }
    rows.print();
    BenchReport.Table summary = report.table("startup", 0);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("medianMillis", Median.of(totals));
    fields.put("maxMillis", Collections.max(totals));
    summary.row(fields);
    summary.print();
  }
}
