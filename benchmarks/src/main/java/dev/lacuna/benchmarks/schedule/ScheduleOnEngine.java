package dev.lacuna.benchmarks.schedule;

import dev.lacuna.benchmarks.measure.Interleaved;
import dev.lacuna.runtime.engine.AwaitedRun;
import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.cost.CostCurve;
import dev.lacuna.runtime.engine.cost.CostProbe;
import dev.lacuna.runtime.engine.schedule.BatchPolicy;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The mixed backlog on the real engine: its own policy against batches of equal steps and about
 * equal length, each run to its end. Both have the same forward pass, and must give the same
 * tokens.
 *
 * <p>Threading: used by one thread.
 */
public final class ScheduleOnEngine {

  private static final int RUNS = 40;
  private static final int STEPS_MIN = 4;
  private static final int STEPS_MAX = 32;
  private static final Duration PROBE_TIME = Duration.ofSeconds(2);

  /** One run of the backlog. */
  private record Job(DocumentPlan plan, SamplingSettings settings) {

    /** Lengths whose batches merge: half a doubling. */
    int lengthClass() {
      return (int) Math.floor(2 * Math.log(plan.length() - 0.5) / Math.log(2));
    }
  }

  /** A forward pass of two engines that never run at once; whoever opened it closes it. */
  private record Shared(ForwardPass pass) implements ForwardPass {
    @Override
    public void run(StepBatch batch) {
      pass.run(batch);
    }

    @Override
    public String device() {
      return pass.device();
    }

    @Override
    public void close() {}
  }

  /**
   * What was measured.
   *
   * @param lacunaMillis median time of the backlog under the engine's policy
   * @param equalStepsMillis the same under the other
   * @param ratio median over the rounds of the other's time over the engine's
   */
  public record Outcome(
      String model,
      int runs,
      long tokens,
      double lacunaMillis,
      double equalStepsMillis,
      double ratio) {

    /** As a row of a report. */
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("model", model);
      fields.put("runs", runs);
      fields.put("lacunaTokensPerSecond", tokens / lacunaMillis * 1e3);
      fields.put("equalStepsTokensPerSecond", tokens / equalStepsMillis * 1e3);
      fields.put("overEqualSteps", ratio);
      return fields;
    }
  }

  private final ModelFacts facts;
  private final List<Job> jobs;
  private final CostCurve cost;

  private ScheduleOnEngine(LoadedModel loaded, long seed) {
    this.facts = loaded.engineModel().facts();
    this.jobs = jobs(facts, seed);
    this.cost =
        CostProbe.measure(
            facts,
            loaded.engineModel().forwardPass(),
            EngineOptions.AUTO,
            PROBE_TIME,
            System::nanoTime);
  }

  /**
   * Runs the backlog under both policies in turn; about a second of it is probing.
   *
   * @throws Exception if the engine fails, or if the policies differ in any token
   */
  public static Outcome run(LoadedModel loaded, long seed, int rounds) throws Exception {
    return new ScheduleOnEngine(loaded, seed).run(loaded, rounds);
  }

  private Outcome run(LoadedModel loaded, int rounds) throws Exception {
    ForwardPass pass = new Shared(loaded.engineModel().forwardPass());
    EngineOptions auto = EngineOptions.DEFAULT.withSlots(EngineOptions.AUTO);
    EngineModel costed = new EngineModel(facts, pass, cost);
    EngineModel flat = new EngineModel(facts, pass, StepCost.FLAT);
    try (DenoisingEngine own = new DenoisingEngine(List.of(costed), auto);
        DenoisingEngine batches =
            new DenoisingEngine(List.of(flat), EngineOptions.together(EngineOptions.SLOTS_MAX))) {
      List<List<RunProgress>> last = new ArrayList<>(List.of(List.of(), List.of()));
      Interleaved.Samples samples =
          new Interleaved()
              .add("lacuna", () -> last.set(0, fill(own, jobs)))
              .add("equal-steps", () -> last.set(1, fillInBatches(batches)))
              .run(1, rounds);
      if (!last.get(0).equals(last.get(1))) {
        throw new IllegalStateException("the tokens of a run depend on who shared its batches");
      }
      return new Outcome(
          facts.name(),
          jobs.size(),
          jobs.stream().mapToLong(job -> job.plan().maskCount()).sum(),
          samples.median("lacuna"),
          samples.median("equal-steps"),
          samples.medianRatio("equal-steps", "lacuna"));
    }
  }

  private List<RunProgress> fill(DenoisingEngine engine, List<Job> together) {
    List<AwaitedRun> runs = new ArrayList<>();
    for (Job job : together) {
      runs.add(AwaitedRun.submit(engine, facts.name(), job.plan(), job.settings(), 1));
    }
    return runs.stream().map(AwaitedRun::await).toList();
  }

  /** The oldest, and all that wait that are like it, as many as saturate the device. */
  private List<RunProgress> fillInBatches(DenoisingEngine engine) {
    RunProgress[] finished = new RunProgress[jobs.size()];
    List<Integer> waiting = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      waiting.add(i);
    }
    while (!waiting.isEmpty()) {
      Job first = jobs.get(waiting.get(0));
      List<Integer> alike =
          waiting.stream()
              .filter(i -> jobs.get(i).settings().steps() == first.settings().steps())
              .filter(i -> jobs.get(i).lengthClass() == first.lengthClass())
              .limit(BatchPolicy.saturatingRows(cost, first.plan().length()))
              .toList();
      waiting.removeAll(alike);
      List<RunProgress> done = fill(engine, alike.stream().map(jobs::get).toList());
      for (int i = 0; i < alike.size(); i++) {
        finished[alike.get(i)] = done.get(i);
      }
    }
    return List.of(finished);
  }

  /** Lengths from a sixteenth of the canvas to all of it, steps evenly over doublings. */
  private static List<Job> jobs(ModelFacts facts, long seed) {
    Random random = new Random(seed);
    int longest = Math.min(facts.canvasLimit(), 1024);
    int shortest = Math.max(2, longest / 16);
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      int length = shortest + random.nextInt(longest - shortest + 1);
      double doublings = Math.log((double) STEPS_MAX / STEPS_MIN);
      int steps = (int) Math.round(STEPS_MIN * Math.exp(doublings * random.nextDouble()));
      jobs.add(
          new Job(
              plan(facts, length),
              SamplingSettings.plain(
                  Math.min(steps, length - 1), UnmaskingOrder.CONFIDENCE, 1f, 1f, 0, i)));
    }
    return jobs;
  }

  /** One known token, then masks. */
  private static DocumentPlan plan(ModelFacts facts, int length) {
    int[] tokens = new int[length];
    Arrays.fill(tokens, facts.special().hasMask() ? facts.maskToken() : 0);
    tokens[0] = facts.padToken();
    var blank = new DocumentPlan.BlankSpan(1, length - 1, 0, false, false);
    return DocumentPlan.onOneCanvas(new Document(List.of()), tokens, List.of(blank), 1);
  }
}
