package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests in, completions, timings and dead letters out, with the trained model. */
class RoundTripIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static Pipeline pipeline;
  private static WorkerProcess worker;

  @BeforeAll
  static void start() throws Exception {
    pipeline = new Pipeline("round-trip", 3, Servers.demoModel());
    worker = pipeline.worker("w1");
  }

  @AfterAll
  static void stop() throws Exception {
    int status = worker.terminate();
    pipeline.close();
    assertThat(status).as("exit status after SIGTERM").isIn(0, 143);
  }

  @Test
  void shouldFillDocumentsAndPublishEveryStep() {
    List<GenerationRequest> requests = Requests.mixed("good", 12, 12, 10);
    pipeline.send(requests);
    try (Answers answers = pipeline.answers()) {
      List<String> ids = Requests.ids(requests);
      assertThat(answers.await(LIMIT, a -> a.completions.keySet().containsAll(ids))).isTrue();
      answers.linger(Duration.ofSeconds(1));
      for (GenerationRequest request : requests) {
        checkFilled(request, answers);
      }
    }
  }

  private static void checkFilled(GenerationRequest request, Answers answers) {
    assertThat(answers.completions.get(request.getId())).hasSize(1);
    GenerationCompletion completion = answers.completion(request.getId());
    assertThat(completion.getStatus()).isEqualTo(CompletionStatus.COMPLETED);
    assertThat(completion.getSeed()).isEqualTo(request.getSampling().getSeed());
    assertThat(completion.getFingerprint()).contains(completion.getRevision().substring(0, 8));
    assertThat(completion.getSamples().get(0).getText())
        .startsWith(((dev.lacuna.wire.Text) request.getDocument().get(0)).getContent())
        .endsWith(".");
    List<StepTiming> timings = answers.timings.get(request.getId());
    assertThat(timings).hasSize(completion.getStepsRun()).hasSize(completion.getTimingsTotal());
    assertThat(timings.stream().map(StepTiming::getStep).distinct().sorted().toList())
        .hasSize(timings.size())
        .startsWith(1)
        .endsWith(completion.getStepsRun());
    assertThat(timings.stream().mapToInt(t -> t.getMaskedBefore() - t.getMaskedAfter()).sum())
        .as("every mask is unmasked once")
        .isEqualTo(completion.getGeneratedTokens());
  }

  @Test
  void shouldAnswerFailedWhenARequestCannotWork() {
    GenerationRequest unknownModel = Requests.of("bad-model", 4, 1, "a ", 4);
    unknownModel.setModel("no-such-model");
    GenerationRequest negative = Requests.of("bad-temperature", 4, 1, "a ", 4);
    negative.getSampling().setTemperature(-1f);
    GenerationRequest notANumber = Requests.of("bad-nan", 4, 1, "a ", 4);
    notANumber.getSampling().setTemperature(Float.NaN);
    GenerationRequest contradiction = Requests.of("bad-threshold", 4, 1, "a ", 4);
    contradiction.getSampling().setUnmaskingOrder("random");
    contradiction.getSampling().setThreshold(0.9f);
    Map<GenerationRequest, String> fieldAtFault =
        Map.of(
            contradiction,
            "sampling.",
            unknownModel,
            "model",
            Requests.of("bad-steps", 0, 1, "a ", 4),
            "sampling.steps",
            Requests.of("bad-blank-0", 4, 1, "a ", 0),
            "document[1].tokens",
            Requests.of("bad-blank-10000000", 4, 1, "a ", 10_000_000),
            "document[1].tokens",
            Requests.of("bad-long", 4, 1, "many words of text ".repeat(20_000), 4),
            "document",
            negative,
            "sampling.temperature",
            notANumber,
            "sampling.temperature");
    pipeline.send(List.copyOf(fieldAtFault.keySet()));
    try (Answers answers = pipeline.answers()) {
      List<String> ids = fieldAtFault.keySet().stream().map(GenerationRequest::getId).toList();
      assertThat(answers.await(LIMIT, a -> a.completions.keySet().containsAll(ids))).isTrue();
      fieldAtFault.forEach(
          (request, field) -> {
            GenerationCompletion completion = answers.completion(request.getId());
            assertThat(answers.completions.get(request.getId())).hasSize(1);
            assertThat(completion.getStatus()).isEqualTo(CompletionStatus.FAILED);
            assertThat(completion.getError().getField())
                .as("field at fault of %s: %s", request.getId(), completion.getError())
                .startsWith(field);
            assertThat(completion.getTimingsTotal()).isZero();
          });
    }
  }

  @Test
  void shouldDeadLetterRandomBytesAndGoOn() {
    SplittableRandom random = new SplittableRandom(11);
    List<byte[]> poison = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      byte[] bytes = new byte[random.nextInt(1, 200)];
      random.nextBytes(bytes);
      poison.add(bytes);
      pipeline.send("poison-" + i, bytes);
    }
    pipeline.flush();
    GenerationRequest after = Requests.of("after-poison", 4, 3, "a ", 6);
    pipeline.send(List.of(after));
    try (Answers answers = pipeline.answers()) {
      assertThat(
              answers.await(
                  LIMIT,
                  a -> poisonOf(a).size() >= 1_000 && a.completions.containsKey("after-poison")))
          .as("dead letters %d", poisonOf(answers).size())
          .isTrue();
      answers.linger(Duration.ofSeconds(1));
      List<ConsumerRecord<byte[], byte[]>> letters = poisonOf(answers);
      assertThat(letters).hasSize(1_000);
      for (ConsumerRecord<byte[], byte[]> letter : letters) {
        int index = Integer.parseInt(key(letter).substring("poison-".length()));
        assertThat(letter.value()).isEqualTo(poison.get(index));
        assertThat(header(letter, "lacuna.dead.topic")).isEqualTo(pipeline.topics.requests());
        assertThat(header(letter, "lacuna.dead.code")).isNotBlank();
      }
      assertThat(answers.completion("after-poison").getStatus())
          .isEqualTo(CompletionStatus.COMPLETED);
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> poisonOf(Answers answers) {
    return answers.deadLetters.stream().filter(r -> key(r).startsWith("poison-")).toList();
  }

  @Test
  void shouldCarryHeadersAndBeReadableWithoutOurClasses() {
    GenerationRequest request = Requests.of("generic", 4, 3, "An editor for ", 6);
    request.getDocument().add(new dev.lacuna.wire.Blank(12, "tail", BlankLength.UP_TO));
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            pipeline.topics.requests(),
            "generic".getBytes(StandardCharsets.UTF_8),
            pipeline.encode(request));
    record.headers().add("traceparent", "00-1-2-01".getBytes(StandardCharsets.UTF_8));
    record.headers().add("tenant", "a".getBytes(StandardCharsets.UTF_8));
    pipeline.send(record);
    pipeline.flush();
    try (Answers answers = pipeline.answers();
        KafkaAvroDeserializer generic = new KafkaAvroDeserializer()) {
      assertThat(
              answers.await(
                  LIMIT,
                  a -> a.timings.containsKey("generic") && a.completions.containsKey("generic")))
          .isTrue();
      generic.configure(Map.of("schema.registry.url", registryUrl()), false);
      ConsumerRecord<byte[], byte[]> completion = find(answers.completionRecords, "generic");
      GenericRecord read =
          (GenericRecord) generic.deserialize(completion.topic(), completion.value());
      assertThat(read.get("status")).hasToString("COMPLETED");
      GenericRecord sample = (GenericRecord) ((List<?>) read.get("samples")).get(0);
      assertThat(sample.get("text").toString()).startsWith("An editor for ");
      assertThat(header(completion, "traceparent")).isEqualTo("00-1-2-01");
      assertThat(header(completion, "tenant")).isEqualTo("a");
      ConsumerRecord<byte[], byte[]> timing = find(answers.timingRecords, "generic");
      assertThat(generic.deserialize(timing.topic(), timing.value()))
          .isInstanceOf(GenericRecord.class);
      assertThat(header(timing, "traceparent")).isEqualTo("00-1-2-01");
      assertThat(timing.headers().lastHeader("tenant")).isNull();
    }
  }

  private static String registryUrl() {
    try {
      return Servers.shared().registryUrl();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ConsumerRecord<byte[], byte[]> find(
      List<ConsumerRecord<byte[], byte[]>> records, String key) {
    return records.stream().filter(r -> key(r).equals(key)).findFirst().orElseThrow();
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
