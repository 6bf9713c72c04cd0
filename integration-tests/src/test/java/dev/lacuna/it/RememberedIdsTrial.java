package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.store.CompletedCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * What many remembered ids cost a worker, in seconds and bytes; not part of any build. Run it by
 * {@code -Dit.test=RememberedIdsTrial}; {@code lacuna.trial.ids} says how many.
 */
class RememberedIdsTrial {
  private static final int IDS = Integer.getInteger("lacuna.trial.ids", 1_000_000);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Runs it without a build. */
  public static void main(String[] args) throws Exception {
    new RememberedIdsTrial().shouldRestoreAndForgetThem();
    System.exit(0);
  }

  @Test
  void shouldRestoreAndForgetThem() throws Exception {
    try (Pipeline pipeline = new Pipeline("remembered", 1, Servers.tinyModel())) {
      pipeline.set("completed.retention.ms", "86400000");
      Answers answers = pipeline.answers();
      WorkerProcess first = pipeline.worker("first");
      answered(pipeline, answers, "before");
      say("rss empty MiB", rssMebibytes(first));
      first.terminate();
      String changelog = pipeline.applicationId + "-completed-changelog";
      fill(pipeline, changelog);
      long full = pipeline.endOffsets(changelog);
      say("changelog MB", logBytes(changelog) / 1e6);

      long start = System.nanoTime();
      WorkerProcess second = pipeline.worker("second");
      answered(pipeline, answers, "restored");
      say("start with restore and one answer s", seconds(start));
      say("rss restored MiB", rssMebibytes(second));
      second.terminate();
      start = System.nanoTime();
      WorkerProcess again = pipeline.worker("second");
      answered(pipeline, answers, "opened");
      say("start over the local store and one answer s", seconds(start));
      again.terminate();

      pipeline.set("completed.retention.ms", "0");
      start = System.nanoTime();
      WorkerProcess third = pipeline.worker("second");
      answered(pipeline, answers, "forgetting");
      say("start and one answer s", seconds(start));
      long all = full + 2L * IDS;
      Pipeline.await("all forgotten", LIMIT, () -> pipeline.endOffsets(changelog) >= all);
      say("forgotten after s", seconds(start));
      say("rss forgotten MiB", rssMebibytes(third));
      start = System.nanoTime();
      answered(pipeline, answers, "after");
      say("one answer s", seconds(start));
    }
  }

  private static void answered(Pipeline pipeline, Answers answers, String id) {
    pipeline.send(List.of(Requests.of(id, 1, 1, "A ", 1)));
    assertThat(answers.await(LIMIT, a -> a.completions.containsKey(id))).as(id).isTrue();
  }

  /** As if so many requests had been answered within the last hour. */
  private static void fill(Pipeline pipeline, String changelog) {
    long nowMicros = System.currentTimeMillis() * 1000;
    for (int i = 0; i < IDS; i++) {
      String id = "document-" + Integer.toHexString(i * 0x9E3779B1) + "-" + i;
      long micros = nowMicros - 3_600L * (IDS - i);
      put(pipeline, changelog, CompletedCodec.idKey(id), CompletedCodec.encode(micros));
      put(pipeline, changelog, CompletedCodec.timeKey(micros, id), CompletedCodec.timeValue());
    }
    pipeline.flush();
  }

  private static void put(Pipeline pipeline, String changelog, byte[] key, byte[] value) {
    TopicPartition partition = new TopicPartition(changelog, 0);
    pipeline.send(new ProducerRecord<>(partition.topic(), partition.partition(), key, value));
  }

  private static double rssMebibytes(WorkerProcess worker) throws Exception {
    for (String line :
        Files.readAllLines(Path.of("/proc", Long.toString(worker.pid()), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new AssertionError("no VmRSS");
  }

  private static long logBytes(String topic) throws Exception {
    try (Stream<Path> files = Files.walk(Servers.shared().folder())) {
      return files
          .filter(file -> file.getParent().getFileName().toString().equals(topic + "-0"))
          .filter(file -> file.toString().endsWith(".log"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }

  private static void say(String what, double value) {
    String line = String.format(Locale.ROOT, "%s: %.2f%n", what, value);
    System.out.write(line.getBytes(StandardCharsets.UTF_8), 0, line.length());
    System.out.flush();
  }
}
