package dev.lacuna.benchmarks.recovery;

import dev.lacuna.wire.StepTiming;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Forward passes of a worker that has ended, and those of which the next owner had to take a row
 * again: the worker's own log tells all that it took, its timings those that count.
 *
 * @param passesTaken forward passes in its log
 * @param passesRepeated those of which not every row's timing was committed
 * @param takenMicros device time of all
 * @param repeatedMicros device time of the repeated ones
 */
public record Repeated(int passesTaken, int passesRepeated, long takenMicros, long repeatedMicros) {
  private static final Pattern STEPPED =
      Pattern.compile("stepped forwardPasses=(\\d+) deviceClockMicros=(\\d+)");

  /**
   * Compares.
   *
   * @param log lines at level trace; the last may be cut off
   * @param committed timings of that worker
   */
  public static Repeated of(List<String> log, Stream<StepTiming> committed) {
    Map<Long, Integer> missing = new HashMap<>(); // rows of a pass without a timing
    committed.forEach(
        timing ->
            missing.merge(
                timing.getBatchSequence(), timing.getBatchRows() - 1, (rows, more) -> rows - 1));
    int taken = 0;
    int repeated = 0;
    long clockMicros = 0;
    long repeatedMicros = 0;
    for (String line : log) {
      Matcher stepped = STEPPED.matcher(line);
      if (stepped.find() && Long.parseLong(stepped.group(1)) > taken) {
        taken++;
        long micros = Long.parseLong(stepped.group(2)) - clockMicros;
        clockMicros += micros;
        if (missing.getOrDefault((long) taken, 1) > 0) {
          repeated++;
          repeatedMicros += micros;
        }
      }
    }
    return new Repeated(taken, repeated, clockMicros, repeatedMicros);
  }
}
