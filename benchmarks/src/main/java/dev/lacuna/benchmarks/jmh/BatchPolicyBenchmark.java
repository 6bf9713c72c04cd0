package dev.lacuna.benchmarks.jmh;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.schedule.Batch;
import dev.lacuna.runtime.engine.schedule.BatchPolicy;
import dev.lacuna.runtime.engine.schedule.ScheduledRun;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Choosing one forward pass among {@value #RUNS} live runs of any length up to 1,024 tokens, in
 * microseconds, and taking those that end out and others in.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BatchPolicyBenchmark {
  private static final int RUNS = 2000;
  private static final int LENGTH_MAX = 1024;
  private static final int STEPS_MAX = 32;

  /** Flows that have runs. */
  @Param({"1", "10", "1000"})
  public int flows;

  /** A device that more than a few rows saturate, and one that 16,384 tokens do. */
  @Param({"busy", "roomy"})
  public String device;

  private final Random random = new Random(1);
  private BatchPolicy<int[]> policy;
  private long arrivals;

  private StepCost cost() {
    return device.equals("busy")
        ? (rows, length, positions) -> 500 + rows * length
        : (rows, length, positions) -> Math.max(5000, 0.3 * rows * length);
  }

  /** Fills a policy with runs. */
  @Setup
  public void start() {
    EngineOptions options =
        EngineOptions.DEFAULT.withSlots(EngineOptions.AUTO).withAging(60_000_000);
    policy = new BatchPolicy<>(List.of(new BatchPolicy.Served(LENGTH_MAX, cost())), options);
    for (int run = 0; run < RUNS; run++) {
      add("flow" + run % flows);
    }
  }

  private void add(String flow) {
    arrivals++;
    int[] stepsLeft = {1 + random.nextInt(STEPS_MAX)};
    ScheduledRun.Demand demand =
        new ScheduledRun.Demand(
            1 + random.nextInt(LENGTH_MAX),
            1,
            0,
            Long.MAX_VALUE,
            arrivals * 1000,
            arrivals,
            flow,
            false);
    policy.add(0, stepsLeft, demand, policy.workMicros(0, demand.length(), 1, stepsLeft[0]));
  }

  /** Chooses a forward pass. */
  @Benchmark
  public int choose() {
    Batch<int[]> batch = policy.next(arrivals * 1000).orElseThrow();
    for (ScheduledRun<int[]> scheduled : List.copyOf(batch.runs())) {
      scheduled.run()[0]--;
      if (scheduled.run()[0] == 0) {
        policy.remove(scheduled);
        add(scheduled.demand().flow());
      }
    }
    return batch.rows();
  }

  /** Runs this benchmark alone; options as of JMH. */
  public static void main(String[] args) throws Exception {
    new Runner(
            new OptionsBuilder()
                .parent(new CommandLineOptions(args))
                .include(BatchPolicyBenchmark.class.getSimpleName())
                .build())
        .run();
  }
}
