package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/**
 * Hostile records among honest ones, through a worker process with a small heap: none stops it,
 * each ends as what its kind may end as, the honest ones are answered rightly, memory stays.
 *
 * <p>System properties: {@code lacuna.fuzz.records}, {@code lacuna.fuzz.seed}.
 */
class FuzzIT {

  private static final int RECORDS = Integer.getInteger("lacuna.fuzz.records", 5_000);
  private static final long SEED = Long.getLong("lacuna.fuzz.seed", 1);
  private static final int HEAP_MEGABYTES = 256;
  private static final int PARTITIONS = 2;
  private static final int SAMPLES = 16;
  private static final int AHEAD_MAX = 3_000;
  private static final Duration LIMIT = Duration.ofSeconds(120 + RECORDS / 50);

  /** Of the last quarter's least after the first quarter's: what a warm JVM may still gain. */
  private static final double GROWTH_MAX = 1.25;

  private static final int HEAP_GROWTH_MEGABYTES = 16;
  private static final int RESIDENT_GROWTH_MEGABYTES = 64;

  @Test
  void shouldGiveEveryHostileRecordAnEndWithoutARestartAndInBoundedMemory() throws Exception {
    String name = "fuzz" + SEED;
    try (Pipeline pipeline = new Pipeline(name, PARTITIONS, Servers.tinyModel())) {
      allowAllTimestamps(pipeline);
      pipeline.set("cancel.retention.ms", "20000").set("duplicates", "dead-letter");
      pipeline.set("schema.unknown.retry.ms", "2000"); // a lag is not what is tried here
      WorkerProcess worker = pipeline.worker("a", "-Xmx" + HEAP_MEGABYTES + "m");
      Map<Integer, String> references = references(pipeline);
      FuzzGenerator generator =
          new FuzzGenerator(SEED, FuzzSchemas.register(Servers.shared().registryUrl(), name));
      FuzzAccounts accounts = new FuzzAccounts(RECORDS, generator, references);
      WorkerMemory memory = new WorkerMemory(worker.pid());
      try (FuzzOutputs outputs =
          new FuzzOutputs(
              Servers.shared().bootstrapServers(),
              Servers.shared().registryUrl(),
              pipeline.topics)) {
        drive(pipeline, worker, generator, accounts, memory, outputs);
      }
      judge(worker, accounts, memory);
    }
  }

  /** The texts of all templates from the undisturbed worker; under ids that fuzz has none of. */
  private static Map<Integer, String> references(Pipeline pipeline) {
    List<GenerationRequest> requests =
        IntStream.range(0, FuzzRequests.TEMPLATES)
            .mapToObj(template -> FuzzRequests.template("reference-" + template, template))
            .toList();
    pipeline.send(requests);
    Answers answers = pipeline.answers();
    assertThat(answers.await(LIMIT, a -> a.completions.size() == requests.size())).isTrue();
    Map<Integer, String> texts = new HashMap<>();
    answers
        .texts()
        .forEach((id, text) -> texts.put(Integer.valueOf(id.substring(id.indexOf('-') + 1)), text));
    return texts;
  }

  private static void drive(
      Pipeline pipeline,
      WorkerProcess worker,
      FuzzGenerator generator,
      FuzzAccounts accounts,
      WorkerMemory memory,
      FuzzOutputs outputs)
      throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    int sent = 0;
    while (sent < RECORDS || accounts.missing() > 0) {
      while (sent < RECORDS && accounts.missing() < AHEAD_MAX) {
        FuzzRecord record = generator.record(sent++);
        send(pipeline, record, accounts);
        if (sent % Math.max(1, RECORDS / SAMPLES) == 0) {
          memory.sample();
          System.out.println("fuzz sent " + sent + ", open " + accounts.missing());
        }
      }
      if (System.nanoTime() > end || !worker.alive()) {
        break;
      }
      poll(outputs, accounts);
    }
    pipeline.flush();
    memory.sample();
    for (int i = 0; i < 10; i++) { // for what comes twice
      poll(outputs, accounts);
    }
  }

  private static void poll(FuzzOutputs outputs, FuzzAccounts accounts) {
    outputs.poll(
        Duration.ofMillis(200),
        accounts::deadLetter,
        (record, completion) -> {
          if (!completion.getId().startsWith("reference-")) {
            accounts.completion(record, completion);
          }
        });
  }

  private static void send(Pipeline pipeline, FuzzRecord fuzz, FuzzAccounts accounts) {
    String topic = fuzz.control() ? pipeline.topics.control() : pipeline.topics.requests();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, null, fuzz.timestampMillis(), fuzz.key(), fuzz.value());
    record.headers().add(FuzzRecord.NUMBER, FuzzBytes.utf8(Integer.toString(fuzz.number())));
    fuzz.headers().forEach(record.headers()::add);
    accounts.sent(fuzz);
    pipeline.send(
        record,
        stands -> accounts.stands(fuzz.number(), topic, stands.partition(), stands.offset()));
  }

  private static void judge(WorkerProcess worker, FuzzAccounts accounts, WorkerMemory memory) {
    accounts.close();
    int missing = accounts.missing();
    String log = worker.log();
    int restarts = log.split("a stream thread failed", -1).length - 1 + (worker.alive() ? 0 : 1);
    System.out.println(accounts.table());
    System.out.println("heap after collection, MB: " + memory.heap());
    System.out.println("resident set, MB: " + memory.resident());
    System.out.println(
        "worker log: " + log.length() + " characters, " + log.lines().count() + " lines");
    accounts.faults().forEach(System.out::println);
    int other = accounts.count("cancelled") + accounts.count("expired");
    System.out.printf(
        "fuzz records %d, dead letters %d, failed %d, completed %d, cancelled or expired %d,"
            + " silent %d, unaccounted %d, wrong %d, restarts %d, heap peak %d MB, RSS peak %d"
            + " MB%n",
        RECORDS,
        accounts.count("dead"),
        accounts.count("failed"),
        accounts.count("completed"),
        other,
        accounts.count("silent"),
        missing,
        accounts.faultCount() - missing,
        restarts,
        WorkerMemory.peak(memory.heap()),
        WorkerMemory.peak(memory.resident()));
    assertThat(accounts.faults()).isEmpty();
    assertThat(restarts).as(log.substring(Math.max(0, log.length() - 5000))).isZero();
    assertThat(WorkerMemory.peak(memory.heap()))
        .as("heap with work in flight %s", memory.heap())
        .isLessThan(HEAP_MEGABYTES * 3 / 4);
    assertThat(WorkerMemory.grows(memory.heap(), GROWTH_MAX, HEAP_GROWTH_MEGABYTES))
        .as("heap after collection %s", memory.heap())
        .isFalse();
    assertThat(WorkerMemory.grows(memory.resident(), GROWTH_MAX, RESIDENT_GROWTH_MEGABYTES))
        .as("resident set %s", memory.resident())
        .isFalse();
  }

  private static void allowAllTimestamps(Pipeline pipeline) throws Exception {
    for (String topic : List.of(pipeline.topics.requests(), pipeline.topics.control())) {
      pipeline
          .admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      set("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)),
                      set("retention.ms", "-1"))))
          .all()
          .get();
    }
  }

  private static AlterConfigOp set(String key, String value) {
    return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
  }
}
