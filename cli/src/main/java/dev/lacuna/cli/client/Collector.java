package dev.lacuna.cli.client;

import dev.lacuna.console.Console;
import dev.lacuna.console.ProgressLine;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import dev.lacuna.worker.kafka.ResultReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads results until a goal is reached and prints them.
 *
 * <p>Threading: used by one thread.
 */
final class Collector {
  private static final Duration POLL = Duration.ofMillis(250);

  private final Console console;
  private final ResultReader reader;
  private final ResultOptions options;
  private final Map<String, List<Object>> documents = new HashMap<>();
  private boolean unreadable;

  /**
   * A collector.
   *
   * @param requests those whose documents are known, so that blanks can be set off
   */
  Collector(
      Console console,
      ResultReader reader,
      ResultOptions options,
      List<GenerationRequest> requests) {
    this.console = console;
    this.reader = reader;
    this.options = options;
    requests.forEach(request -> documents.put(request.getId(), request.getDocument()));
  }

  /** Exit status: 0 if the goal was reached and everything could be read. */
  int run(CollectGoal goal) {
    Map<TopicPartition, Long> ends = goal.isEverything() ? reader.ends() : Map.of();
    long patienceNanos = Duration.ofSeconds(options.timeoutSeconds()).toNanos();
    long lastNewsNanos = System.nanoTime();
    try (ProgressLine progress = new ProgressLine(console, Duration.ofSeconds(5))) {
      while (!isDone(goal, ends)) {
        ResultReader.Results results = reader.poll(POLL);
        if (print(results, goal, progress)) {
          lastNewsNanos = System.nanoTime();
        } else if (System.nanoTime() - lastNewsNanos > patienceNanos) {
          throw CommandFailure.failed(
              "nothing new for %d s; %s".formatted(options.timeoutSeconds(), goal.missing()));
        }
        if (!goal.isEverything()) {
          String text = "completions " + goal.completions() + "/" + goal.count();
          progress.show(goal.completions(), goal.count(), text, System.nanoTime());
        }
      }
    }
    return unreadable ? CommandFailure.FAILED : 0;
  }

  private boolean isDone(CollectGoal goal, Map<TopicPartition, Long> ends) {
    return goal.isEverything() ? reader.hasReached(ends) : goal.isReached(options.timings());
  }

  /** Whether anything of the goal came. */
  private boolean print(ResultReader.Results results, CollectGoal goal, ProgressLine progress) {
    boolean news = false;
    for (String line : results.unreadable()) {
      progress.note(line);
      unreadable = true;
    }
    for (StepTiming timing : results.timings()) {
      if (goal.takes(timing)) {
        news = true;
        out(progress, options.json() ? RecordJson.stepTiming(timing) : CompletionText.of(timing));
      }
    }
    for (GenerationCompletion completion : results.completions()) {
      if (goal.takes(completion)) {
        news = true;
        out(progress, options.json() ? RecordJson.completion(completion) : text(completion));
      }
    }
    return news;
  }

  private String text(GenerationCompletion completion) {
    return CompletionText.of(
        completion, documents.getOrDefault(completion.getId(), List.of()), console.outStyle());
  }

  private void out(ProgressLine progress, String line) {
    progress.close();
    console.out().println(line);
  }
}
