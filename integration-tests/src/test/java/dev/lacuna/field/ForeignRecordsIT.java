package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.it.Answers;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keys, deadlines and timestamps that are not what they should be, through one worker. */
class ForeignRecordsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static Pipeline pipeline;
  private static Answers answers;

  @BeforeAll
  static void start() throws Exception {
    pipeline = new Pipeline("foreign", 4, Servers.tinyModel());
    pipeline.worker("a");
    answers = pipeline.answers();
  }

  @AfterAll
  static void stop() throws Exception {
    pipeline.close();
  }

  private static GenerationRequest request(String id) {
    return Requests.of(id, 2, 1, "A ", 4);
  }

  private static void send(byte[] key, Long timestampMillis, byte[] value) {
    pipeline.send(
        new ProducerRecord<>(pipeline.topics.requests(), null, timestampMillis, key, value));
    pipeline.flush();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static GenerationCompletion answer(String id) {
    assertThat(answers.await(LIMIT, a -> a.completions.containsKey(id))).as(id).isTrue();
    assertThat(answers.completions.get(id)).hasSize(1);
    return answers.completion(id);
  }

  @Test
  void shouldAnswerUnderTheIdWhenTheKeyIsWhatAnotherSerializerMakes() {
    Map<String, byte[]> kinds = ForeignKeys.of("any");
    for (String kind : kinds.keySet()) {
      String id = "key-" + kind;
      send(ForeignKeys.of(id).get(kind), null, pipeline.encode(request(id)));
    }
    for (String kind : kinds.keySet()) {
      GenerationCompletion answer = answer("key-" + kind);
      assertThat(answer.getStatus()).isEqualTo(CompletionStatus.FAILED);
      assertThat(answer.getError().getCode()).isEqualTo("KEY_MISMATCH");
      assertThat(answer.getError().getMessage()).contains("set the key to the UTF-8 bytes");
    }
    assertThat(answers.completionRecords)
        .filteredOn(record -> new String(record.key(), StandardCharsets.UTF_8).startsWith("key-"))
        .hasSize(kinds.size())
        .allSatisfy(
            record ->
                assertThat(record.partition())
                    .isEqualTo(ForeignPartitioner.MURMUR2.of(record.key(), 4)));
    assertThat(answers.deadLetters).isEmpty();
  }

  @Test
  void shouldReadADeadlineInMillisecondsWhereTheWritersSchemaSaysSo() throws Exception {
    long inAnHour = Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
    send(
        utf8("millis"),
        null,
        pipeline.encode(
            pipeline.topics.requests(),
            ForeignDeadline.request(request("millis"), "timestamp-millis", inAnHour)));
    send(
        utf8("mixed-up"),
        null,
        pipeline.encode(
            pipeline.topics.requests(),
            ForeignDeadline.request(request("mixed-up"), "timestamp-micros", inAnHour)));

    assertThat(answer("millis").getStatus()).isEqualTo(CompletionStatus.COMPLETED);
    GenerationCompletion refused = answer("mixed-up");
    assertThat(refused.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(refused.getError().getCode()).isEqualTo("INVALID_DEADLINE");
    assertThat(refused.getError().getField()).isEqualTo("deadline");
    assertThat(refused.getError().getMessage())
        .contains(Long.toString(inAnHour), "1970", "As milliseconds it is", "timestamp-millis");
  }

  @Test
  void shouldNotHaveQueuedForDecadesWhenARecordHasNoTime() {
    send(utf8("no-time"), 0L, pipeline.encode(request("no-time")));
    send(utf8("seconds"), 1_700_000_000L, pipeline.encode(request("seconds")));

    for (String id : new String[] {"no-time", "seconds"}) {
      GenerationCompletion answer = answer(id);
      assertThat(answer.getStatus()).isEqualTo(CompletionStatus.COMPLETED);
      assertThat(answer.getSummary().getQueuedMicros()).isBetween(0L, LIMIT.toNanos() / 1000);
    }
  }
}
