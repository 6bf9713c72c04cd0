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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * kafkajs, as it comes: its batches, compressed and not in turn, records without a time, headers
 * with one name twice and without a value, JSON as a key. Skipped where node or kafkajs is missing:
 * {@code npm install kafkajs} somewhere, and NODE_PATH names its folder {@code node_modules}.
 */
class KafkajsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** Arguments: broker, topic, partitioner, key's form, then id and value in base64, in turn. */
  private static final String SCRIPT =
      """
      const { Kafka, Partitioners, CompressionTypes, logLevel } = require('kafkajs');
      const [broker, topic, partitioner, form, ...records] = process.argv.slice(1);
      (async () => {
        const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR });
        const producer = kafka.producer({ createPartitioner: Partitioners[partitioner] });
        await producer.connect();
        for (let i = 0; i < records.length; i += 2) {
          const id = records[i];
          const [placed] = await producer.send({
            topic,
            compression: i % 4 === 0 ? CompressionTypes.GZIP : CompressionTypes.None,
            messages: [{
              key: form === 'json' ? JSON.stringify(id) : id,
              value: Buffer.from(records[i + 1], 'base64'),
              timestamp: '-1',
              headers: { twice: ['a', 'b'], empty: '' },
            }],
          });
          console.log(id + ' ' + placed.partition);
        }
        await producer.disconnect();
      })().catch(failed => { console.error(failed); process.exit(1); });
      """;

  private static final ScriptClient CLIENT = new ScriptClient(List.of("node", "-e", SCRIPT));

  @BeforeAll
  static void needKafkajs() {
    assumeTrue(Tools.run(List.of("node", "-e", "require('kafkajs')")), "node and kafkajs");
  }

  @Test
  void shouldAnswerEachOnceWhateverThePartitionerAndTheKeysForm() throws Exception {
    List<GenerationRequest> modern = Requests.mixed("modern", 6, 8, 4);
    List<GenerationRequest> legacy = Requests.mixed("legacy", 12, 8, 4);
    List<GenerationRequest> quoted = Requests.mixed("quoted", 4, 8, 4);
    try (Pipeline pipeline = new Pipeline("kafkajs", 4, Servers.tinyModel())) {
      pipeline.set("requests.partition.mismatch", "rekey");
      pipeline.worker("a");
      List<Integer> placed = CLIENT.send(pipeline, List.of("DefaultPartitioner", "plain"), modern);
      for (int i = 0; i < modern.size(); i++) {
        byte[] key = modern.get(i).getId().getBytes(StandardCharsets.UTF_8);
        assertThat(placed.get(i)).isEqualTo(ForeignPartitioner.MURMUR2.of(key, 4));
      }
      CLIENT.send(pipeline, List.of("LegacyPartitioner", "plain"), legacy);
      CLIENT.send(pipeline, List.of("DefaultPartitioner", "json"), quoted);
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 22)).isTrue();
      answers.linger(Duration.ofSeconds(1));

      List<String> ids =
          Stream.of(modern, legacy, quoted).flatMap(all -> Requests.ids(all).stream()).toList();
      ExactlyOnce.check(answers, ids);
      assertThat(answers.deadLetters).isEmpty();
      for (String id : Requests.ids(quoted)) {
        assertThat(answers.completion(id).getError().getMessage()).contains("one for JSON");
      }
      Map.of("modern", modern, "legacy", legacy)
          .forEach(
              (name, all) ->
                  Requests.ids(all)
                      .forEach(
                          id ->
                              assertThat(answers.completion(id).getSummary().getQueuedMicros())
                                  .as("queued, without a time of its own")
                                  .isBetween(0L, LIMIT.toNanos() / 1000)));
      for (ConsumerRecord<byte[], byte[]> record : answers.completionRecords) {
        assertThat(record.headers().headers("twice")).as("both travel").hasSize(2);
        assertThat(record.headers().lastHeader("lacuna.hop")).isNull();
      }
    }
  }
}
