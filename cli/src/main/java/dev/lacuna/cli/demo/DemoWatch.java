package dev.lacuna.cli.demo;

import dev.lacuna.cli.client.RecordJson;
import dev.lacuna.console.Console;
import dev.lacuna.console.Counted;
import dev.lacuna.console.ProgressLine;
import dev.lacuna.topology.GenerationWorker;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import dev.lacuna.worker.kafka.KafkaFailure;
import dev.lacuna.worker.kafka.ResultReader;
import java.time.Duration;
import java.util.Locale;

/**
 * Reads results as they come and shows how far it got.
 *
 * <p>Threading: used by one thread.
 */
final class DemoWatch {
  private static final Duration POLL = Duration.ofMillis(100);

  /** After the last expected record: long enough for a duplicate to show. */
  private static final Duration LINGER = Duration.ofMillis(1500);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Console console;
  private final GenerationWorker worker;
  private final DemoResults results;
  private final boolean json;

  DemoWatch(Console console, GenerationWorker worker, DemoResults results, boolean json) {
    this.console = console;
    this.worker = worker;
    this.results = results;
    this.json = json;
  }

  /** Reads until everything is there and a little longer, or until nothing comes any more. */
  void read(ResultReader reader) {
    long lastNewsNanos = System.nanoTime();
    try (ProgressLine progress = new ProgressLine(console, Duration.ofSeconds(1))) {
      while (!(results.accounting().isComplete()
          && System.nanoTime() - lastNewsNanos > LINGER.toNanos())) {
        if (take(reader.poll(POLL))) {
          lastNewsNanos = System.nanoTime();
        } else if (System.nanoTime() - lastNewsNanos > PATIENCE.toNanos()) {
          progress.note("nothing new came for " + PATIENCE.toSeconds() + " s");
          return;
        }
        worker
            .failure()
            .ifPresent(
                failure -> {
                  throw new KafkaFailure("the worker stopped", failure);
                });
        progress.show(results.unmasked(), results.masks(), state(), System.nanoTime());
      }
    }
  }

  private boolean take(ResultReader.Results polled) {
    results.addUnreadable(polled.unreadable());
    for (StepTiming timing : polled.timings()) {
      results.add(timing);
      json(RecordJson.stepTiming(timing));
    }
    for (GenerationCompletion completion : polled.completions()) {
      results.add(completion);
      json(RecordJson.completion(completion));
    }
    return !polled.timings().isEmpty() || !polled.completions().isEmpty();
  }

  private void json(String line) {
    if (json) {
      console.out().println(line);
    }
  }

  private String state() {
    int steps = results.timings().size();
    if (steps == 0) {
      return "waiting for the first step";
    }
    StepTiming last = results.timings().get(steps - 1);
    return String.format(
        Locale.ROOT,
        "%d/%d documents, %d/%d tokens, %s, %s in %.0f ms",
        results.accounting().completions(),
        results.accounting().requests(),
        results.unmasked(),
        results.masks(),
        Counted.of(steps, "step"),
        Counted.of(last.getBatchRows(), "row"),
        last.getDeviceMicros() / 1000.0);
  }
}
