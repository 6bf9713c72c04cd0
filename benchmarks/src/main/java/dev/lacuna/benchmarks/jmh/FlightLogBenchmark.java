package dev.lacuna.benchmarks.jmh;

import dev.lacuna.runtime.flight.MappedFlightLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
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
 * What the flight log adds to one forward pass, and to the reading of one record, in nanoseconds.
 *
 * <p>Passengers are as long as a topic, a partition and a UUID: {@value #PASSENGER_BYTES} bytes.
 * The file lies in the folder for temporary files; system property {@code lacuna.flight} names
 * another, if that one is in memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FlightLogBenchmark {
  private static final int PASSENGER_BYTES = 80;

  /** Runs aboard. */
  @Param({"1", "16", "256"})
  public int aboard;

  private Path folder;
  private MappedFlightLog log;
  private byte[][] passengers;
  private byte[] record;
  private int steps;

  /** Begins a log. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    String parent = System.getProperty("lacuna.flight", System.getProperty("java.io.tmpdir"));
    folder = Files.createTempDirectory(Path.of(parent), "flight");
    log = MappedFlightLog.open(folder.resolve("flight"));
    log.begin();
    passengers = new byte[aboard][];
    for (int run = 0; run < aboard; run++) {
      passengers[run] =
          ("%" + PASSENGER_BYTES + "d").formatted(run).getBytes(StandardCharsets.UTF_8);
    }
    record = passengers[0];
  }

  /** Closes and deletes it. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    log.close();
    Files.delete(folder.resolve("flight"));
    Files.delete(folder);
  }

  /** All runs go aboard, take off and land. */
  @Benchmark
  public int pass() {
    steps++;
    for (byte[] passenger : passengers) {
      log.aboard(passenger, 1, steps);
    }
    log.takeOff();
    log.landed();
    return steps;
  }

  /** A record is read. */
  @Benchmark
  public int reading() {
    log.reading(record, false).done();
    return steps;
  }

  /** Runs this class with JMH's own command line options. */
  public static void main(String[] args) throws Exception {
    try {
      new Runner(
              new OptionsBuilder()
                  .parent(new CommandLineOptions(args))
                  .include(FlightLogBenchmark.class.getSimpleName())
                  .build())
          .run();
    } catch (RunnerException e) {
      throw new IllegalStateException(e);
    }
  }
}
