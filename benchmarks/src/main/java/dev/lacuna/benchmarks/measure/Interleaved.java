package dev.lacuna.benchmarks.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times several things in turn, round after round, so that a machine that slows down slows all of
 * them: their ratios keep their meaning where their times don't.
 *
 * <p>Threading: used by one thread.
 */
public final class Interleaved {

  /** Something to be timed. */
  public interface Task {
    void run() throws Exception;
  }

  private final Map<String, Task> tasks = new LinkedHashMap<>();

  /** Adds a task; tasks of a round run in the order of their adding. */
  public Interleaved add(String name, Task task) {
    if (tasks.putIfAbsent(name, task) != null) {
      throw new IllegalArgumentException("two tasks named '" + name + "'");
    }
    return this;
  }

  /**
   * Runs all tasks in turn.
   *
   * @param warmUps rounds that don't count
   * @param rounds rounds that do; at least 1
   * @return milliseconds of every counted round, by task
   * @throws Exception what a task throws
   */
  public Samples run(int warmUps, int rounds) throws Exception {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds is " + rounds + "; it must be at least 1");
    }
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    tasks.keySet().forEach(name -> millis.put(name, new ArrayList<>()));
    for (int round = -warmUps; round < rounds; round++) {
      for (Map.Entry<String, Task> task : tasks.entrySet()) {
        long begun = System.nanoTime();
        task.getValue().run();
        if (round >= 0) {
          millis.get(task.getKey()).add((System.nanoTime() - begun) / 1e6);
        }
      }
    }
    return new Samples(millis);
  }

  /**
   * What was measured.
   *
   * @param millis milliseconds of each round, by task
   */
  public record Samples(Map<String, List<Double>> millis) {

    /** Median of a task's times in milliseconds. */
    public double median(String task) {
      return Median.of(of(task));
    }

    /** Median over the rounds of one task's time divided by another's in the same round. */
    public double medianRatio(String task, String over) {
      List<Double> dividends = of(task);
      List<Double> divisors = of(over);
      double[] ratios = new double[dividends.size()];
      for (int round = 0; round < ratios.length; round++) {
        ratios[round] = dividends.get(round) / divisors.get(round);
      }
      return Median.of(ratios);
    }

    private List<Double> of(String task) {
      List<Double> found = millis.get(task);
      if (found == null) {
        throw new IllegalArgumentException("no task '" + task + "' among " + millis.keySet());
      }
      return found;
    }
  }
}
