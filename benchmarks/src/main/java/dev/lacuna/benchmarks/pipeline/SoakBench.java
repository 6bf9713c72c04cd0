package dev.lacuna.benchmarks.pipeline;

import dev.lacuna.benchmarks.cluster.BenchCluster;
import dev.lacuna.benchmarks.cluster.KafkaSide;
import dev.lacuna.benchmarks.cluster.Models;
import dev.lacuna.benchmarks.cluster.WorkerChild;
import dev.lacuna.benchmarks.cluster.Workload;
import dev.lacuna.benchmarks.cluster.Workload.Job;
import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.TimingDetail;
import dev.lacuna.worker.kafka.ResultReader;
import dev.lacuna.worker.models.ModelSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Many small requests through one worker: does its memory grow?
 *
 * <p>Threading: used by one thread.
 */
public final class SoakBench {

  /**
   * What is measured.
   *
   * @param lengths tokens of the canvases, which take turns
   * @param requests in all
   * @param warmUps of them, after which memory is first read
   * @param rows readings of memory from then on
   */
  public record Options(
      Path model,
      List<String> texts,
      List<Integer> lengths,
      int steps,
      int requests,
      int warmUps,
      int rows,
      TimingDetail timings,
      Map<String, String> settings) {}

  private static final Duration POLL = Duration.ofMillis(200);

  /** Requests sent and not yet answered: enough for a backlog. */
  private static final int OPEN_MAX = 2_000;

  private static final int JOBS = 64;

  private final Options options;
  private final BenchReport.Table rows;
  private final BenchReport report;
  private long firstKib;

  /** Measures nothing yet. */
  public SoakBench(Options options, BenchReport report) {
    this.options = options;
    this.report = report;
    this.rows = report.table("memory", 0);
  }

  /** Measures; the memory at the end divided by that after the warm-up. */
  public double run() throws InterruptedException {
    double ratio;
    try (BenchCluster cluster = BenchCluster.start(options.model(), options.settings())) {
      List<Job> jobs = jobs(cluster);
      try (WorkerChild worker = cluster.worker();
          KafkaSide kafka = new KafkaSide(cluster, worker, false)) {
        pour(kafka, worker, jobs);
        ratio = (double) worker.residentKib() / firstKib;
      }
    }
    rows.print();
    BenchReport.Table summary = report.table("soak", 0);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("requests", options.requests());
    fields.put("ratioToWarm", ratio);
    summary.row(fields);
    summary.print();
    return ratio;
  }

  private List<Job> jobs(BenchCluster cluster) {
    try (ModelSet models = Models.load(cluster.modelConfig())) {
      return options.lengths().stream()
          .flatMap(
              length ->
                  Workload.of(
                      models.loaded(cluster.modelName()),
                      options.texts(),
                      length,
                      options.steps(),
                      JOBS)
                      .jobs()
                      .stream())
          .toList();
    }
  }

  private void pour(KafkaSide kafka, WorkerChild worker, List<Job> jobs) {
    int sent = 0;
    int done = 0;
    int nextRow = options.warmUps();
    int rowEvery = Math.max(1, (options.requests() - options.warmUps()) / options.rows());
    long begun = System.nanoTime();
    long heard = begun;
    while (done < options.requests()) {
      while (sent < options.requests() && sent - done < OPEN_MAX) {
        Job job = jobs.get(sent * 7 % jobs.size());
        kafka.sender().send(job.request("soak-" + sent, options.timings()));
        sent++;
      }
      ResultReader.Results results = kafka.reader().poll(POLL);
      for (GenerationCompletion completion : results.completions()) {
        KafkaSide.requireCompleted(completion);
        done++;
      }
      long now = System.nanoTime();
      heard = results.completions().isEmpty() ? heard : now;
      kafka.requireAlive(now - heard);
      if (done >= nextRow) {
        row(done, (now - begun) / 1e9, worker);
        nextRow += rowEvery;
      }
    }
  }

  private void row(int done, double seconds, WorkerChild worker) {
    long kib = worker.residentKib();
    firstKib = firstKib == 0 ? kib : firstKib;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("requests", done);
    fields.put("seconds", seconds);
    fields.put("requestsPerSecond", done / seconds);
    fields.put("residentMib", kib / 1024.0);
    fields.put("ratioToWarm", (double) kib / firstKib);
    rows.row(fields);
  }
}
