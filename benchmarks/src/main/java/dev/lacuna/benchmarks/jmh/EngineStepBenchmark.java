package dev.lacuna.benchmarks.jmh;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.loading.ModelLoader;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.BlankLength;
import dev.lacuna.runtime.text.Document.Text;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * One step of the engine on the demo model, in milliseconds, at several numbers of rows: what a
 * batch costs, and what a row of it costs.
 *
 * <p>Rows are equal canvases of about 100 tokens, a third of them masked, taken through {@value
 * #STEPS} steps together; the figure is the mean over those steps, from many masks to none.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class EngineStepBenchmark {
  private static final int STEPS = 16;
  private static final int MASKS = 32;
  private static final String PROMPT =
      "libexample: a library of examples\n\nThis package contains "
          + "the shared library that programs need to show examples of everything ".repeat(4);

  /** Rows that share a forward pass. */
  @Param({"1", "4", "16"})
  public int rows;

  private LoadedModel loaded;
  private DenoisingEngine engine;
  private DocumentPlan plan;
  private SamplingSettings settings;

  /** Loads the model of system property {@code lacuna.model}, by default the demo model. */
  @Setup(Level.Trial)
  public void load() {
    Path folder = Path.of(System.getProperty("lacuna.model", "demo-model"));
    loaded =
        value(
            ModelLoader.of("cpu", 0, ModelLimits.DEFAULT)
                .then(loader -> loader.load("benchmark", folder)));
    engine =
        new DenoisingEngine(List.of(loaded.engineModel()), EngineOptions.DEFAULT.withSlots(rows));
    settings =
        value(
            loaded.model().settings(SamplingOverrides.builder().steps(STEPS).seed(1L).build(), 1));
    plan =
        value(
            loaded
                .model()
                .plan(
                    new Document(
                        List.of(
                            new Text(PROMPT),
                            new Blank(MASKS, Optional.empty(), BlankLength.EXACT)))));
  }

  /** Closes the engine, then the tokenizer. */
  @TearDown(Level.Trial)
  public void close() {
    engine.close();
    loaded.codec().close();
  }

  /** All rows through all steps; the figure is for one step of the whole batch. */
  @Benchmark
  @OperationsPerInvocation(STEPS)
  public long step() throws InterruptedException {
    CountDownLatch finished = new CountDownLatch(rows);
    for (int row = 1; row <= rows; row++) {
      engine.submit(
          new RunSpec(
              "benchmark",
              plan,
              settings,
              CounterRandom.of(settings.seed(), row),
              row,
              0,
              Long.MAX_VALUE,
              0,
              RunProgress.start(plan)),
          event -> {
            if (event instanceof RunEvent.Finished) {
              finished.countDown();
            } else if (event instanceof RunEvent.Failed failed) {
              throw failed.exception();
            }
          });
    }
    if (!finished.await(5, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the engine did not finish: " + engine.failure());
    }
    return engine.snapshot().forwardPasses();
  }

  /** Runs this class with JMH's own command line options. */
  public static void main(String[] args) throws Exception {
    try {
      new Runner(
              new OptionsBuilder()
                  .parent(new CommandLineOptions(args))
                  .include(EngineStepBenchmark.class.getSimpleName())
                  .build())
          .run();
    } catch (RunnerException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> T value(Checked<T> checked) {
    if (checked instanceof Checked.Valid<T> valid) {
      return valid.value();
    }
    throw new IllegalStateException(((Checked.Refused<T>) checked).refusal().message());
  }
}
