package dev.lacuna.benchmarks.pipeline;

import dev.lacuna.benchmarks.cluster.BenchCluster;
import dev.lacuna.benchmarks.cluster.EngineSide;
import dev.lacuna.benchmarks.cluster.KafkaSide;
import dev.lacuna.benchmarks.cluster.Models;
import dev.lacuna.benchmarks.cluster.Processors;
import dev.lacuna.benchmarks.cluster.Rate;
import dev.lacuna.benchmarks.cluster.Round;
import dev.lacuna.benchmarks.cluster.WorkerChild;
import dev.lacuna.benchmarks.cluster.Workload;
import dev.lacuna.benchmarks.cluster.Workload.Job;
import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.Median;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.worker.models.ModelSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A worker through Kafka beside the engine alone, round after round: same requests, same plans,
 * settings and seeds. The texts must be equal.
 *
 * <p>Threading: used by one thread.
 */
public final class PipelineBench {

  /**
   * What is measured.
   *
   * @param model model folder
   * @param texts where the requests' known tokens come from
   * @param lengthTokens of every canvas
   * @param requests that count in a round, at least; rounded up to whole batches
   * @param rounds that count
   * @param warmUps rounds before them
   * @param settings keys of the configuration
   */
  public record Options(
      Path model,
      List<String> texts,
      int lengthTokens,
      int steps,
      int requests,
      int rounds,
      int warmUps,
      Map<String, String> settings) {}

  private static final int QUICK_STEPS = 2;

  /** So many that the paths of a request are compiled before anything counts. */
  private static final int QUICK_REQUESTS = 800;

  private final Options options;
  private final BenchReport report;
  private final BenchReport.Table rows;
  private final List<Double> ratios = new ArrayList<>();
  private final List<Double> engineRates = new ArrayList<>();
  private final List<Double> pipelineRates = new ArrayList<>();
  private int edge;
  private double meanMasks;

  /** Measures nothing yet. */
  public PipelineBench(Options options, BenchReport report) {
    this.options = options;
    this.report = report;
    this.rows = report.table("round", 1);
  }

  /**
   * Measures.
   *
   * @throws IllegalStateException if the texts of the two sides differ, or a side fails
   */
  public void run() throws InterruptedException {
    try (BenchCluster cluster = BenchCluster.start(options.model(), options.settings());
        ModelSet models = Models.load(cluster.modelConfig())) {
      LoadedModel model = models.loaded(cluster.modelName());
      EngineSide engine = new EngineSide(models, cluster.modelName());
      List<Job> quick = jobs(model, QUICK_STEPS, QUICK_REQUESTS);
      edge = engine.run(quick).passes().slots();
      // The engine may choose its slots itself: both sides must choose the same.
      Map<String, String> slots = Map.of("slots", Integer.toString(edge));
      int counted = (options.requests() + edge - 1) / edge * edge;
      try (WorkerChild worker = cluster.worker(slots);
          KafkaSide kafka = new KafkaSide(cluster, worker, true)) {
        kafka.run("quick", quick);
        measure(engine, kafka, worker, jobs(model, options.steps(), counted + 2 * edge));
      }
    }
    rows.print();
    Map<String, Object> last = new LinkedHashMap<>();
    last.put("engineCompletionsPerSecond", Median.of(engineRates));
    last.put("pipelineCompletionsPerSecond", Median.of(pipelineRates));
    last.put("ratioToEngine", Median.of(ratios));
    BenchReport.Table summary = report.table("pipeline", 0);
    summary.row(last);
    summary.print();
  }

  private List<Job> jobs(LoadedModel model, int steps, int count) {
    return Workload.of(model, options.texts(), options.lengthTokens(), steps, count).jobs();
  }

  private void measure(EngineSide engine, KafkaSide kafka, WorkerChild worker, List<Job> jobs)
      throws InterruptedException {
    meanMasks = jobs.stream().mapToInt(Job::masks).average().orElse(0);
    List<Job> warmUp = jobs.subList(0, Math.min(jobs.size(), 4 * edge));
    for (int round = -options.warmUps(); round < options.rounds(); round++) {
      List<Job> part = round < 0 ? warmUp : jobs;
      Processors begun = Processors.read(worker);
      Round alone = engine.run(part);
      Processors between = Processors.read(worker);
      Round through = kafka.run("bench-" + (round + options.warmUps()), part);
      Processors ended = Processors.read(worker);
      requireEqual(alone, through);
      if (round >= 0) {
        double engineRate = row(round + 1, "engine", alone, between.coresSince(begun));
        double pipelineRate = row(round + 1, "pipeline", through, ended.coresSince(between));
        engineRates.add(engineRate);
        pipelineRates.add(pipelineRate);
        ratios.add(pipelineRate / engineRate);
      }
    }
  }

  private double row(int number, String side, Round round, Map<String, Double> cores) {
    Rate rate = Rate.steady(round.finishedNanos(), edge);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("side", side);
    fields.put("round", number);
    fields.put("requests", rate.counted());
    fields.put("length", options.lengthTokens());
    fields.put("steps", options.steps());
    fields.put("seconds", rate.seconds());
    fields.put("completionsPerSecond", rate.perSecond());
    fields.put("tokensPerSecond", rate.perSecond() * meanMasks);
    fields.put("slots", edge);
    fields.put("batchRows", round.batchRows());
    fields.put("stepMillis", round.stepMillis());
    fields.put("hostShare", round.hostShare());
    fields.putAll(cores);
    rows.row(fields);
    return rate.perSecond();
  }

  private static void requireEqual(Round alone, Round through) {
    if (!alone.texts().equals(through.texts())) {
      throw new IllegalStateException("the worker's texts are not the engine's");
    }
  }
}
