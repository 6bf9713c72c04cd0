package dev.lacuna.benchmarks.recovery;

import dev.lacuna.benchmarks.cluster.BenchCluster;
import dev.lacuna.benchmarks.cluster.KafkaSide;
import dev.lacuna.benchmarks.cluster.WorkerChild;
import dev.lacuna.benchmarks.cluster.Workload.Job;
import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.wire.StepTiming;
import dev.lacuna.wire.TimingDetail;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.kafka.ClientSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * A worker ends in the middle of its work, and another takes over: how long that takes, and what it
 * repeats.
 *
 * <p>Threading: used by one thread.
 */
final class TakeoverBench {
  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ACCEPT_MAX = Duration.ofSeconds(60);

  private final RecoveryBench.Options options;
  private final BenchReport.Table rows;
  private final List<StepTiming> timings = new ArrayList<>();

  TakeoverBench(RecoveryBench.Options options, BenchReport.Table rows) {
    this.options = options;
    this.rows = rows;
  }

  /**
   * Measures one end.
   *
   * @param killed by SIGKILL, otherwise by SIGTERM
   */
  void run(BenchCluster cluster, List<Job> jobs, boolean killed) throws InterruptedException {
    timings.clear();
    try (BenchCluster own = cluster.beside(killed ? "killed" : "stopped")) {
      WorkerChild first = own.worker(settings(FIRST));
      try (KafkaSide kafka = new KafkaSide(own, first, true)) {
        for (int pending = 0; pending < options.pending(); pending++) {
          Job job = jobs.get(pending % jobs.size());
          kafka.sender().send(job.request("pending-" + pending, TimingDetail.STEPS));
        }
        kafka.sender().flush();
        awaitAccepted(own, first);
        read(kafka, Duration.ofSeconds(options.runSeconds()));
        end(first, killed);
        Instant begun = Instant.now();
        try (WorkerChild second = own.worker(settings(SECOND))) {
          awaitFullBatch(kafka);
          row(killed, begun, second, Repeated.of(first.logLines(), of(FIRST)));
        }
      } finally {
        first.close();
      }
    }
  }

  private Map<String, String> settings(String workerId) {
    return Map.of(
        "worker.id",
        workerId,
        "accepted.max",
        Integer.toString(2 * options.pending()),
        "slots",
        Integer.toString(options.slots()),
        "log.level",
        "trace");
  }

  private static void end(WorkerChild worker, boolean killed) throws InterruptedException {
    if (killed) {
      worker.kill();
    } else {
      worker.close();
    }
  }

  private void awaitAccepted(BenchCluster cluster, WorkerChild worker) throws InterruptedException {
    String group = cluster.config().get(ConfigKeys.APPLICATION_ID);
    String topic = cluster.config().requestTopics().get(0);
    long until = System.nanoTime() + ACCEPT_MAX.toNanos();
    try (Admin admin = Admin.create(ClientSettings.admin(cluster.config()))) {
      long accepted = 0;
      while (accepted < options.pending()) {
        worker.checkAlive();
        if (System.nanoTime() > until) {
          throw new IllegalStateException("only " + accepted + " requests were accepted in time");
        }
        Thread.sleep(POLL.toMillis());
        accepted =
            admin
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .entrySet()
                .stream()
                .filter(place -> place.getKey().topic().equals(topic) && place.getValue() != null)
                .mapToLong(place -> place.getValue().offset())
                .sum();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the group's offsets can't be read", e.getCause());
    }
  }

  private void read(KafkaSide kafka, Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      timings.addAll(kafka.reader().poll(POLL).timings());
    }
  }

  /** Reads until the second worker took a full batch a step forward, or long enough. */
  private void awaitFullBatch(KafkaSide kafka) {
    long until = System.nanoTime() + Duration.ofSeconds(options.waitSeconds()).toNanos();
    while (fullBatch().isEmpty() && System.nanoTime() < until) {
      read(kafka, POLL);
    }
    read(kafka, Duration.ofSeconds(2)); // what the first had committed, of all partitions
  }

  private Stream<StepTiming> of(String workerId) {
    return timings.stream().filter(timing -> timing.getWorkerId().equals(workerId));
  }

  /** Start of the second worker's first forward pass with as many rows as it has slots. */
  private Optional<Instant> fullBatch() {
    return of(SECOND)
        .filter(timing -> timing.getBatchRows() >= options.slots())
        .map(StepTiming::getStartedAt)
        .min(Comparator.naturalOrder());
  }

  private void row(boolean killed, Instant begun, WorkerChild second, Repeated repeated) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("end", killed ? "SIGKILL" : "SIGTERM");
    fields.put("pending", options.pending());
    long readyMillis = second.started().totalMillis();
    fields.put("readyMillis", readyMillis);
    fields.put(
        "firstStepMillis",
        millis(begun, of(SECOND).map(StepTiming::getStartedAt).min(Comparator.naturalOrder())));
    fields.put("fullBatchMillis", millis(begun, fullBatch()));
    fields.put("readyToFullBatchMillis", millis(begun.plusMillis(readyMillis), fullBatch()));
    fields.put("passesTaken", repeated.passesTaken());
    fields.put("passesRepeated", repeated.passesRepeated());
    fields.put("deviceSecondsTaken", repeated.takenMicros() / 1e6);
    fields.put("deviceSecondsRepeated", repeated.repeatedMicros() / 1e6);
    rows.row(fields);
  }

  private static Object millis(Instant begun, Optional<Instant> at) {
    return at.<Object>map(instant -> ChronoUnit.MILLIS.between(begun, instant)).orElse("not yet");
  }
}
