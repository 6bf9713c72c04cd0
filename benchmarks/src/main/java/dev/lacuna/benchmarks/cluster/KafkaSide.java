package dev.lacuna.benchmarks.cluster;

import dev.lacuna.benchmarks.cluster.Workload.Job;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.TimingDetail;
import dev.lacuna.worker.kafka.RequestSender;
import dev.lacuna.worker.kafka.ResultReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The worker, through Kafka: a round sends all requests and reads completions and timings as a
 * read_committed reader sees them.
 *
 * <p>Threading: used by one thread.
 */
public final class KafkaSide implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(60);

  private final WorkerChild worker;
  private final RequestSender sender;
  private final ResultReader reader;

  /** Reads results from now on. */
  public KafkaSide(BenchCluster cluster, WorkerChild worker, boolean withTimings) {
    this.worker = worker;
    this.reader =
        new ResultReader(cluster.config(), cluster.wire(), withTimings, ResultReader.From.END);
    this.sender = new RequestSender(cluster.config(), cluster.wire());
  }

  /** Its client for requests. */
  public RequestSender sender() {
    return sender;
  }

  /** Its client for results. */
  public ResultReader reader() {
    return reader;
  }

  /**
   * Runs a round.
   *
   * @param prefix of the ids, used once
   */
  public Round run(String prefix, List<Job> jobs) {
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < jobs.size(); place++) {
      String id = prefix + "-" + place;
      places.put(id, place);
      sender.send(jobs.get(place).request(id, TimingDetail.STEPS));
    }
    sender.flush();
    long[] finishedNanos = new long[jobs.size()];
    Map<Integer, String> texts = new HashMap<>();
    Passes passes = new Passes();
    int timings = 0;
    int expected = 0;
    long heardNanos = System.nanoTime();
    while (texts.size() < jobs.size() || timings < expected) {
      ResultReader.Results results = reader.poll(POLL);
      long now = System.nanoTime();
      for (GenerationCompletion completion : results.completions()) {
        int place = places.get(requireCompleted(completion).getId());
        finishedNanos[place] = now;
        texts.put(jobs.get(place).number(), completion.getSamples().get(0).getText());
        expected += completion.getTimingsTotal();
      }
      results.timings().forEach(passes::add);
      timings += results.timings().size();
      boolean heard = !results.completions().isEmpty() || !results.timings().isEmpty();
      heardNanos = heard ? now : heardNanos;
      requireAlive(now - heardNanos);
    }
    return new Round(finishedNanos, texts, passes);
  }

  /** A completion that did what was asked. */
  public static GenerationCompletion requireCompleted(GenerationCompletion completion) {
    if (completion.getStatus() != CompletionStatus.COMPLETED) {
      throw new IllegalStateException(
          completion.getId() + " ended " + completion.getStatus() + ": " + completion.getError());
    }
    return completion;
  }

  /** Fails if the worker has ended or says nothing any more. */
  public void requireAlive(long silenceNanos) {
    worker.checkAlive();
    if (silenceNanos > SILENCE_MAX.toNanos()) {
      throw new IllegalStateException(
          "no record came for " + SILENCE_MAX.toSeconds() + " s; the worker still runs");
    }
  }

  @Override
  public void close() {
    sender.close();
    reader.close();
  }
}
