package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.it.Answers;
import dev.lacuna.it.CommittedReader;
import dev.lacuna.it.ExactlyOnce;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.WorkerProcess;
import dev.lacuna.topology.outbox.DeadLetter;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigReader;
import dev.lacuna.worker.config.ConfigReading;
import dev.lacuna.worker.config.ConfigSource;
import dev.lacuna.worker.kafka.LetterReader;
import dev.lacuna.worker.kafka.LetterSender;
import dev.lacuna.worker.kafka.StoredLetter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Dead letters are sent again once each, whoever calls how often, and however it ends. */
class DeadLettersIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int LETTERS = 600;

  @Test
  void shouldAnswerOnceWhenTheSchemaIsThereAndItsLettersAreSentAgain() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("l", 5, 8, 4);
    try (Pipeline pipeline = new Pipeline("letters", 2, Servers.tinyModel())) {
      pipeline.set("schema.unknown.retry.ms", "0");
      String config = pipeline.config("commands").toString();
      FreshSchema known = FreshSchema.register(Servers.shared().registryUrl(), "letters");
      int missing = known.id() + 20; // the worker registers some when it starts
      for (GenerationRequest request : requests) {
        byte[] value = FreshSchema.under(missing, known.write(pipeline.encode(request)));
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(pipeline.topics.requests(), utf8(request.getId()), value);
        record.headers().add("lacuna.dead.retried", utf8("0")).add("own", utf8("kept"));
        pipeline.send(record);
      }
      pipeline.send("damaged", utf8("no framing"));
      pipeline.flush();
      WorkerProcess first = pipeline.worker("a");
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.deadLetters.size() >= 6)).isTrue();
      first.terminate(); // it remembers that the schema is unknown

      LacunaCommand list = LacunaCommand.run("dead-letters", "list", "-c", config);
      assertThat(list.status()).as(list.err()).isZero();
      assertThat(list.out()).contains("UNKNOWN_SCHEMA", "NO_MAGIC_BYTE");
      assertThat(list.err()).contains("6 dead letters");
      int id = known.id();
      while (id < missing) {
        id = FreshSchema.register(Servers.shared().registryUrl(), "letters").id();
      }
      assertThat(id).as("the registry counts its ids").isEqualTo(missing);

      String[] retry = {"dead-letters", "retry", "-c", config, "--code", "UNKNOWN_SCHEMA"};
      LacunaCommand rehearsal = LacunaCommand.run(with(retry, "--dry-run"));
      assertThat(rehearsal.err()).contains("would send 5 records again");
      assertThat(LacunaCommand.run(retry).err()).contains("sent 5 records again");
      LacunaCommand again = LacunaCommand.run(retry);
      assertThat(again.status()).isZero();
      assertThat(again.err()).contains("sent 0 records again", "5 letters sent again before");
      pipeline.worker("a");
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 5)).isTrue();

      String[] all = {"dead-letters", "retry", "-c", config, "--all", "--max-retries", "1"};
      assertThat(LacunaCommand.run(all).err()).contains("sent 1 record again");
      assertThat(answers.await(LIMIT, a -> letters(a, "NO_MAGIC_BYTE").size() >= 2)).isTrue();
      LacunaCommand tooOften = LacunaCommand.run(all);
      assertThat(tooOften.status()).isEqualTo(1);
      assertThat(tooOften.err()).contains("sent 0 records", "1 letter left out: came back");
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      ConsumerRecord<byte[], byte[]> came = letters(answers, "NO_MAGIC_BYTE").get(1);
      assertThat(came.value()).isEqualTo(utf8("no framing"));
      assertThat(came.headers().lastHeader("lacuna.retries").value()).isEqualTo(utf8("1"));
      assertThat(answers.completionRecords)
          .allMatch(record -> record.headers().lastHeader("lacuna.dead.retried") == null)
          .allMatch(record -> record.headers().lastHeader("own") != null);
    }
  }

  @Test
  void shouldSendEachOnceWhenTwoSendAtOnceAndOneIsKilled() throws Exception {
    try (Pipeline pipeline = new Pipeline("letters-killed", 3, Servers.tinyModel())) {
      for (GenerationRequest request : Requests.mixed("k", LETTERS, 4, 1)) {
        pipeline.send(letter(pipeline, request));
      }
      pipeline.flush();
      Path config = pipeline.config("commands");
      String[] retry = {"dead-letters", "retry", "-c", config.toString(), "--code", "CRASHED"};
      Path logs = config.getParent();
      try (LacunaProcess killed = LacunaProcess.start(logs.resolve("killed.log"), retry)) {
        Pipeline.await(
            "records are on their way",
            LIMIT,
            () -> pipeline.endOffsets(pipeline.topics.requests()) > 0 || !killed.alive());
      }
      try (LacunaProcess one = LacunaProcess.start(logs.resolve("one.log"), retry);
          LacunaProcess two = LacunaProcess.start(logs.resolve("two.log"), retry)) {
        int first = one.await();
        int second = two.await();
        assertThat(first == 0 || second == 0).as(one.output() + two.output()).isTrue();
      }
      LacunaCommand last = LacunaCommand.run(retry);
      assertThat(last.status()).as(last.err()).isZero();
      assertThat(last.err()).contains("sent 0 records", LETTERS + " letters sent again before");
      List<String> keys = sent(pipeline);
      assertThat(keys).doesNotHaveDuplicates().hasSize(LETTERS);
    }
  }

  @Test
  void shouldWaitForAnOpenTransactionThatHidesAMark() throws Exception {
    GenerationRequest request = Requests.of("hidden", 1, 1, "a ", 2);
    try (Pipeline pipeline = new Pipeline("letters-hidden", 1, Servers.tinyModel());
        KafkaProducer<byte[], byte[]> open = transactional(pipeline)) {
      pipeline.send(letter(pipeline, request));
      pipeline.flush();
      String file = pipeline.config("commands").toString();
      Config config = config(file);
      List<StoredLetter> found = new ArrayList<>();
      try (LetterSender sender = new LetterSender(config);
          LetterReader reader = new LetterReader(config, Optional.empty())) {
        reader.readAllMarks();
        reader.read(found::add);
        open.beginTransaction();
        open.send(new ProducerRecord<>(pipeline.topics.deadLetters(), utf8("open"))).get();
        assertThat(sender.send(found)).isEmpty();
      }
      CompletableFuture<LacunaCommand> second =
          CompletableFuture.supplyAsync(
              () -> LacunaCommand.run("dead-letters", "retry", "-c", file, "--code", "CRASHED"));
      TimeUnit.SECONDS.sleep(3); // long enough to have sent it twice
      assertThat(second).isNotDone();
      open.abortTransaction();
      assertThat(second.get(60, TimeUnit.SECONDS).err())
          .contains("sent 0 records again", "1 letter sent again before");
      assertThat(sent(pipeline)).containsExactly("hidden");
    }
  }

  private static KafkaProducer<byte[], byte[]> transactional(Pipeline pipeline) throws Exception {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                Servers.shared().bootstrapServers(),
                "transactional.id",
                pipeline.applicationId + "-open"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private static Config config(String file) {
    ConfigSource source = ConfigSource.options(properties(file));
    return ((ConfigReading.Loaded) ConfigReader.read(List.of(source))).config();
  }

  private static Map<String, String> properties(String file) {
    try (java.io.Reader reader = java.nio.file.Files.newBufferedReader(Path.of(file))) {
      java.util.Properties properties = new java.util.Properties();
      properties.load(reader);
      Map<String, String> map = new java.util.TreeMap<>();
      properties.forEach((key, value) -> map.put((String) key, (String) value));
      return map;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A letter as the worker writes it of a request. */
  private static ProducerRecord<byte[], byte[]> letter(
      Pipeline pipeline, GenerationRequest request) {
    InputRecord record =
        new InputRecord(
            InputRecord.Source.REQUESTS,
            pipeline.topics.requests(),
            0,
            7,
            0,
            utf8(request.getId()),
            pipeline.encode(request),
            List.of());
    DeadLetter letter = DeadLetter.of(record, "CRASHED", "workers died", 1 << 20);
    ProducerRecord<byte[], byte[]> sent =
        new ProducerRecord<>(pipeline.topics.deadLetters(), letter.key(), letter.value());
    letter.headers().forEach(header -> sent.headers().add(header.key(), header.value()));
    return sent;
  }

  /** Keys of all committed records of the request topic. */
  private static List<String> sent(Pipeline pipeline) throws Exception {
    List<String> keys = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        CommittedReader.fromBeginning(
            Servers.shared().bootstrapServers(), List.of(pipeline.topics.requests()))) {
      long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (System.nanoTime() < end) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(record -> keys.add(new String(record.key(), StandardCharsets.UTF_8)));
      }
    }
    return keys;
  }

  private static List<ConsumerRecord<byte[], byte[]>> letters(Answers answers, String code) {
    return answers.deadLetters.stream()
        .filter(record -> record.headers().lastHeader("lacuna.dead.code") != null)
        .filter(
            record ->
                java.util.Arrays.equals(
                    record.headers().lastHeader("lacuna.dead.code").value(), utf8(code)))
        .toList();
  }

  private static String[] with(String[] command, String more) {
    String[] all = java.util.Arrays.copyOf(command, command.length + 1);
    all[command.length] = more;
    return all;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
