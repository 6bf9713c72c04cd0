package dev.lacuna.benchmarks.recovery;

import dev.lacuna.benchmarks.cluster.BenchCluster;
import dev.lacuna.benchmarks.cluster.KafkaSide;
import dev.lacuna.benchmarks.cluster.WorkerChild;
import dev.lacuna.benchmarks.cluster.Workload.Job;
import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.worker.config.ConfigKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What many answered requests leave in the changelogs, and how long a worker takes to restore it.
 *
 * <p>Threading: used by one thread.
 */
final class ChangelogBench {
  private final RecoveryBench.Options options;
  private final BenchReport report;

  ChangelogBench(RecoveryBench.Options options, BenchReport report) {
    this.options = options;
    this.report = report;
  }

  void run(BenchCluster cluster, List<Job> jobs) throws InterruptedException {
    int requests = options.changelogRequests();
    List<Job> all =
        IntStream.range(0, requests)
            .mapToObj(number -> numbered(jobs.get(number % jobs.size()), number))
            .toList();
    try (WorkerChild worker = cluster.worker();
        KafkaSide kafka = new KafkaSide(cluster, worker, true)) {
      kafka.run("changelog", all);
    }
    BenchReport.Table sizes = report.table("changelog", 2);
    ChangelogBytes.print(cluster, requests, "answered", sizes);
    BenchReport.Table restores = report.table("restore", 1);
    restores.row(restart(cluster, "kept"));
    wipe(cluster.config().get(ConfigKeys.STATE_DIR));
    restores.row(restart(cluster, "wiped"));
    Thread.sleep(1_000L * options.settleSeconds());
    ChangelogBytes.print(cluster, requests, "settled", sizes);
    wipe(cluster.config().get(ConfigKeys.STATE_DIR));
    restores.row(restart(cluster, "wiped, settled"));
    sizes.print();
    restores.print();
  }

  private static Job numbered(Job job, int number) {
    return new Job(number, job.document(), job.settings(), job.plan());
  }

  private static Map<String, Object> restart(BenchCluster cluster, String stores)
      throws InterruptedException {
    try (WorkerChild worker = cluster.worker()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("stores", stores);
      fields.put("startMillis", worker.started().totalMillis());
      fields.put("assignmentMillis", worker.started().partMillis().get("assignment"));
      return fields;
    }
  }

  private static void wipe(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("local stores can't be wiped", e);
    }
  }
}
