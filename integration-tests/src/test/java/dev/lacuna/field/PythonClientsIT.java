package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacuna.it.Answers;
import dev.lacuna.it.ExactlyOnce;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.Tools;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Python's two Kafka clients as they come: kafka-python places records as Java does, and
 * confluent-kafka, which is librdkafka, by CRC32. Each test is skipped where its package is missing
 * from {@code TEST_PYTHON}, python3 or python.
 */
class PythonClientsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int PARTITIONS = 4;
  private static final int COPIES = 3;

  /** A copy that comes after the answer would have an answer of its own else. */
  private static final String REMEMBERED = "3600000";

  private static final String KAFKA_PYTHON =
      """
      import base64, sys, kafka
      producer = kafka.KafkaProducer(bootstrap_servers=sys.argv[1], api_version=(2, 5, 0),
                                     compression_type='gzip')
      for key, value in zip(sys.argv[3::2], sys.argv[4::2]):
          sent = producer.send(sys.argv[2], key=key.encode(), value=base64.b64decode(value))
          print(key, sent.get(timeout=30).partition)
      producer.close()
      """;

  private static final String CONFLUENT_KAFKA =
      """
      import base64, sys, confluent_kafka
      producer = confluent_kafka.Producer({'bootstrap.servers': sys.argv[1]})
      def delivered(error, record):
          if error is not None:
              raise confluent_kafka.KafkaException(error)
          print(record.key().decode(), record.partition())
      for key, value in zip(sys.argv[3::2], sys.argv[4::2]):
          producer.produce(sys.argv[2], key=key, value=base64.b64decode(value), callback=delivered)
          producer.flush(30)
      """;

  @Test
  void shouldServeKafkaPythonAsItComes() throws Exception {
    ScriptClient client = client("kafka", KAFKA_PYTHON);
    List<GenerationRequest> requests = Requests.mixed("kp", 8, 8, 4);
    try (Pipeline pipeline = new Pipeline("kafka-python", PARTITIONS, Servers.tinyModel())) {
      pipeline.set("completed.retention.ms", REMEMBERED);
      pipeline.worker("a");
      List<Integer> placed = client.send(pipeline, List.of(), thrice(requests));
      checkPlaces(ForeignPartitioner.MURMUR2, placed, thrice(requests));
      checkAnsweredOnce(pipeline, requests);
    }
  }

  @Test
  void shouldServeConfluentKafkaAsItComes() throws Exception {
    ScriptClient client = client("confluent_kafka", CONFLUENT_KAFKA);
    List<GenerationRequest> requests = Requests.mixed("ck", 8, 8, 4);
    try (Pipeline pipeline = new Pipeline("confluent-kafka", PARTITIONS, Servers.tinyModel())) {
      pipeline
          .set("completed.retention.ms", REMEMBERED)
          .set("requests.partition.mismatch", "rekey");
      pipeline.worker("a");
      List<Integer> placed = client.send(pipeline, List.of(), thrice(requests));
      checkPlaces(ForeignPartitioner.CRC32, placed, thrice(requests));
      checkAnsweredOnce(pipeline, requests);
    }
  }

  private static ScriptClient client(String module, String script) {
    Optional<String> python =
        Stream.of(System.getenv("TEST_PYTHON"), "python3", "python", "/usr/bin/python3")
            .filter(each -> each != null && Tools.run(List.of(each, "-c", "import " + module)))
            .findFirst();
    assumeTrue(python.isPresent(), "python with " + module);
    return new ScriptClient(List.of(python.get(), "-c", script));
  }

  /** As clients do that send again what they believe lost. */
  private static List<GenerationRequest> thrice(List<GenerationRequest> requests) {
    List<GenerationRequest> all = new ArrayList<>();
    requests.forEach(request -> all.addAll(Collections.nCopies(COPIES, request)));
    return all;
  }

  private static void checkPlaces(
      ForeignPartitioner partitioner, List<Integer> placed, List<GenerationRequest> requests) {
    assertThat(placed)
        .as("the kit's %s is the client's", partitioner)
        .containsExactlyElementsOf(
            requests.stream()
                .map(
                    one -> partitioner.of(one.getId().getBytes(StandardCharsets.UTF_8), PARTITIONS))
                .toList());
  }

  private static void checkAnsweredOnce(Pipeline pipeline, List<GenerationRequest> requests) {
    Answers answers = pipeline.answers();
    assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size())).isTrue();
    answers.linger(Duration.ofSeconds(2));
    ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
    assertThat(answers.deadLetters).isEmpty();
  }
}
