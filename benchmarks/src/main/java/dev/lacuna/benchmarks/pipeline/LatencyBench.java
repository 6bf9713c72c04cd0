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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One request at a time on an idle worker: how long it takes from before it is sent until a
 * read_committed reader has its completion, part by part. All clocks are one machine's.
 *
 * <p>Threading: used by one thread.
 */
public final class LatencyBench {

  /**
   * What is measured.
   *
   * @param requests that count, one after the other
   * @param warmUps requests before them
   */
  public record Options(
      Path model,
      List<String> texts,
      int lengthTokens,
      int steps,
      int requests,
      int warmUps,
      Map<String, String> settings) {}

  private static final Duration POLL = Duration.ofMillis(500);

  /** Until what the last request has left behind is done. */
  private static final Duration IDLE_BEFORE = Duration.ofSeconds(2);

  private static final Duration IDLE = Duration.ofSeconds(10);

  /** Between two requests, so that they meet the worker's periods anywhere. */
  private static final int PAUSE_MIN_MILLIS = 20;

  private static final int PAUSE_MAX_MILLIS = 220;

  private final Options options;
  private final BenchReport report;

  /** Measures nothing yet. */
  public LatencyBench(Options options, BenchReport report) {
    this.options = options;
    this.report = report;
  }

  /** Measures. */
  public void run() throws InterruptedException {
    LatencyParts parts = new LatencyParts();
    Map<String, Object> last = new LinkedHashMap<>();
    try (BenchCluster cluster = BenchCluster.start(options.model(), options.settings())) {
      List<Job> jobs = jobs(cluster);
      try (WorkerChild worker = cluster.worker();
          KafkaSide kafka = new KafkaSide(cluster, worker, false)) {
        measure(kafka, jobs, parts);
        last.putAll(idle(worker));
      }
    }
    BenchReport.Table rows = report.table("part", 1);
    parts.rows().forEach(rows::row);
    rows.print();
    BenchReport.Table summary = report.table("latency", 0);
    Map<String, Object> fields = parts.summary();
    fields.putAll(last);
    summary.row(fields);
    summary.print();
  }

  private List<Job> jobs(BenchCluster cluster) {
    try (ModelSet models = Models.load(cluster.modelConfig())) {
      return Workload.of(
              models.loaded(cluster.modelName()),
              options.texts(),
              options.lengthTokens(),
              options.steps(),
              Math.min(64, options.requests()))
          .jobs();
    }
  }

  private void measure(KafkaSide kafka, List<Job> jobs, LatencyParts parts)
      throws InterruptedException {
    SplittableRandom random = new SplittableRandom(1);
    for (int number = 0; number < options.warmUps() + options.requests(); number++) {
      Thread.sleep(random.nextInt(PAUSE_MIN_MILLIS, PAUSE_MAX_MILLIS));
      Job job = jobs.get(number % jobs.size());
      Instant sent = Instant.now();
      kafka.sender().send(job.request("latency-" + number, TimingDetail.STEPS));
      kafka.sender().flush();
      GenerationCompletion completion = await(kafka);
      if (number >= options.warmUps()) {
        parts.add(sent, completion, Instant.now());
      }
    }
  }

  private static GenerationCompletion await(KafkaSide kafka) {
    long begun = System.nanoTime();
    while (true) {
      ResultReader.Results results = kafka.reader().poll(POLL);
      if (!results.completions().isEmpty()) {
        return KafkaSide.requireCompleted(results.completions().get(0));
      }
      kafka.requireAlive(System.nanoTime() - begun);
    }
  }

  /** What a worker costs that has nothing to do: the share of one core over some seconds. */
  private static Map<String, Object> idle(WorkerChild worker) throws InterruptedException {
    Thread.sleep(IDLE_BEFORE.toMillis());
    Duration before = worker.processorTime();
    Instant begun = Instant.now();
    Thread.sleep(IDLE.toMillis());
    double usedMillis = worker.processorTime().minus(before).toNanos() / 1e6;
    double millis = ChronoUnit.MICROS.between(begun, Instant.now()) / 1e3;
    return Map.of("idleCoreShare", usedMillis / millis);
  }
}
