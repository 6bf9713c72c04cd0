package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacuna.it.Answers;
import dev.lacuna.it.CommittedReader;
import dev.lacuna.it.ExactlyOnce;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.Tools;
import dev.lacuna.it.WorkerProcess;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Producers that hash keys in a way of their own: one id stands in as many partitions as there are
 * kinds of clients.
 */
class ForeignPartitionerIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int PARTITIONS = 4;

  /** Places of the records sent, as a dead letter names them. */
  private final Set<String> places = new ConcurrentSkipListSet<>();

  private int misplaced;

  /** Sends a request with every partitioner there is. */
  private void sendByAll(Pipeline pipeline, List<GenerationRequest> requests) {
    for (GenerationRequest request : requests) {
      for (ForeignPartitioner partitioner : ForeignPartitioner.values()) {
        send(pipeline, partitioner, request);
      }
    }
    pipeline.flush();
  }

  private void send(Pipeline pipeline, ForeignPartitioner partitioner, GenerationRequest request) {
    String topic = pipeline.topics.requests();
    byte[] key = request.getId().getBytes(StandardCharsets.UTF_8);
    int belongs = ForeignPartitioner.MURMUR2.of(key, PARTITIONS);
    misplaced += partitioner.of(key, PARTITIONS) == belongs ? 0 : 1;
    pipeline.send(
        partitioner.record(topic, PARTITIONS, request.getId(), pipeline.encode(request)),
        stands -> places.add(stands.partition() + "@" + stands.offset()));
  }

  /** Codes of dead letters by the place they name; no place twice. */
  private static Map<String, String> letters(Answers answers, String topic) {
    Map<String, String> letters = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : answers.deadLetters) {
      assertThat(header(letter, "lacuna.dead.topic")).isEqualTo(topic);
      String place =
          header(letter, "lacuna.dead.partition") + "@" + header(letter, "lacuna.dead.offset");
      assertThat(letters.put(place, header(letter, "lacuna.dead.code"))).as(place).isNull();
    }
    return letters;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Test
  void shouldAnswerAnIdOnceHoweverItsCopiesStandWhenTheyAreSentOnAndAWorkerIsKilled()
      throws Exception {
    List<GenerationRequest> requests = Requests.mixed("r", 40, 20, 10);
    try (Pipeline pipeline = new Pipeline("rekeyed", PARTITIONS, Servers.tinyModel())) {
      pipeline.set("requests.partition.mismatch", "rekey").set("duplicates", "dead-letter");
      pipeline.set("completed.retention.ms", "600000");
      WorkerProcess first = pipeline.worker("a");
      pipeline.worker("b");
      sendByAll(pipeline, requests.subList(0, 20));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 2)).isTrue();
      sendByAll(pipeline, requests.subList(20, 40));
      first.kill();
      pipeline.worker("a");
      int copies = places.size() - requests.size();
      assertThat(
              answers.await(
                  LIMIT,
                  a -> a.completions.size() >= requests.size() && a.deadLetters.size() >= copies))
          .as("answered %d, letters %d", answers.completions.size(), answers.deadLetters.size())
          .isTrue();
      answers.linger(Duration.ofSeconds(2));

      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      Map<String, String> letters = letters(answers, pipeline.topics.requests());
      assertThat(letters).as("sent = answered + dead letters").hasSize(copies);
      assertThat(places).containsAll(letters.keySet());
      assertThat(new TreeSet<>(letters.values())).containsExactly("DUPLICATE_ID");
      assertThat(misplaced).isGreaterThan(requests.size() / 2);
      assertThat(sentOn(pipeline)).as("each once, and none twice").isEqualTo(misplaced);
    }
  }

  /** Committed records of the request topic that a worker has sent on; each is in its place. */
  private static long sentOn(Pipeline pipeline) throws Exception {
    Set<String> from = new TreeSet<>();
    long count = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
        CommittedReader.fromBeginning(
            Servers.shared().bootstrapServers(), List.of(pipeline.topics.requests()))) {
      long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
      while (System.nanoTime() < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (record.headers().lastHeader("lacuna.hop") != null) {
            assertThat(record.partition())
                .isEqualTo(ForeignPartitioner.MURMUR2.of(record.key(), PARTITIONS));
            from.add(header(record, "lacuna.hop"));
            count++;
          }
        }
      }
    }
    assertThat(from).hasSize((int) count);
    return count;
  }

  @Test
  void shouldRefuseWhatIsMisplacedAndTellOfItWhenConfiguredSo() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("f", 12, 8, 4);
    try (Pipeline pipeline = new Pipeline("misplaced-refused", PARTITIONS, Servers.tinyModel())) {
      pipeline.set("requests.partition.mismatch", "refuse");
      WorkerProcess worker = pipeline.worker("a");
      for (GenerationRequest request : requests) {
        send(pipeline, ForeignPartitioner.CRC32, request);
      }
      pipeline.flush();
      Answers answers = pipeline.answers();
      int placed = requests.size() - misplaced;
      assertThat(
              answers.await(
                  LIMIT, a -> a.completions.size() >= placed && a.deadLetters.size() >= misplaced))
          .isTrue();
      answers.linger(Duration.ofSeconds(1));

      assertThat(answers.completions).hasSize(placed);
      Map<String, String> letters = letters(answers, pipeline.topics.requests());
      assertThat(letters).hasSize(misplaced).isNotEmpty();
      assertThat(new TreeSet<>(letters.values())).containsExactly("PARTITION_MISMATCH");
      assertThat(worker.log())
          .contains("WARN", "stands in another partition", "topic=" + pipeline.topics.requests())
          .contains("partitioner=murmur2_random");
    }
  }

  @Test
  void shouldCancelRequestsWhereverTheyStandAndNoneThatAreSentLater() throws Exception {
    try (Pipeline pipeline = new Pipeline("found", PARTITIONS, Servers.demoModel())) {
      pipeline.set("slots", "1").set("threads", "1");
      List<GenerationRequest> requests = new ArrayList<>();
      sendLong(pipeline, "unread", 4, requests);
      cancel(pipeline, requests.subList(0, 4));
      pipeline.worker("a");
      sendLong(pipeline, "c", 12, requests);
      assertThat(misplaced).isGreaterThan(4);
      Pipeline.await("all are read", LIMIT, () -> pipeline.committedRequests() >= requests.size());
      cancel(pipeline, requests.subList(4, 16));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size())).isTrue();
      ExactlyOnce.check(answers, Requests.ids(requests));
      answers.completions.forEach(
          (id, all) ->
              assertThat(all.get(0).getStatus()).as(id).isEqualTo(CompletionStatus.CANCELLED));

      for (GenerationRequest request : requests) {
        send(
            pipeline,
            ForeignPartitioner.CRC32,
            Requests.of(request.getId(), 2, 1, "A ", 2)); // a new request of the same id
      }
      pipeline.flush();
      assertThat(
              answers.await(
                  LIMIT, a -> a.completions.values().stream().allMatch(all -> all.size() == 2)))
          .isTrue();
      answers.completions.forEach(
          (id, all) ->
              assertThat(all.get(1).getStatus()).as(id).isEqualTo(CompletionStatus.COMPLETED));
    }
  }

  private void sendLong(
      Pipeline pipeline, String prefix, int count, List<GenerationRequest> requests) {
    for (int i = 0; i < count; i++) {
      GenerationRequest request = Requests.of(prefix + "-" + i, 200, 1, "A ", 200);
      request.setSamples(4);
      requests.add(request);
      send(pipeline, ForeignPartitioner.CRC32, request);
    }
    pipeline.flush();
  }

  private static void cancel(Pipeline pipeline, List<GenerationRequest> requests) throws Exception {
    List<String> command = new ArrayList<>(List.of("cancel"));
    command.addAll(Requests.ids(requests));
    command.addAll(List.of("--config", pipeline.config("client").toString()));
    LacunaCommand cancelled = LacunaCommand.run(command.toArray(String[]::new));
    assertThat(cancelled.status()).as(cancelled.err()).isZero();
    assertThat(cancelled.err())
        .contains(requests.get(0).getId() + ", ", "all 4 partitions of found.control");
  }

  @Test
  void shouldServeKcatAsItComes(@TempDir Path folder) throws Exception {
    assumeTrue(Tools.run(List.of("kcat", "-V")), "kcat");
    List<GenerationRequest> requests = Requests.mixed("kcat", 8, 8, 4);
    try (Pipeline pipeline = new Pipeline("kcat", PARTITIONS, Servers.tinyModel())) {
      pipeline.set("requests.partition.mismatch", "rekey");
      pipeline.worker("a");
      for (GenerationRequest request : requests) {
        Path value = Files.write(folder.resolve(request.getId()), pipeline.encode(request));
        assertThat(
                Tools.run(
                    List.of(
                        "kcat",
                        "-P",
                        "-b",
                        Servers.shared().bootstrapServers(),
                        "-t",
                        pipeline.topics.requests(),
                        "-k",
                        request.getId(),
                        value.toString())))
            .isTrue();
        byte[] key = request.getId().getBytes(StandardCharsets.UTF_8);
        misplaced +=
            ForeignPartitioner.CRC32.of(key, PARTITIONS)
                    == ForeignPartitioner.MURMUR2.of(key, PARTITIONS)
                ? 0
                : 1;
      }
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size())).isTrue();
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(sentOn(pipeline)).as("the kit's CRC32 is librdkafka's").isEqualTo(misplaced);
      assertThat(misplaced).isPositive();
    }
  }
}
