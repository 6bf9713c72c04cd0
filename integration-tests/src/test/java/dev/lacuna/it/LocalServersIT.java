package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lacuna.schemas.DecodeErrors;
import dev.lacuna.schemas.Decoding;
import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.schemas.RegistryWireFormat;
import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.schemas.SchemaRegistration;
import dev.lacuna.schemas.SchemaSetupException;
import dev.lacuna.schemas.WireTopics;
import dev.lacuna.testbed.LocalBroker;
import dev.lacuna.testbed.LocalRegistry;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import dev.lacuna.wire.Text;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local servers, and the wire format through them: real broker, real registry. */
final class LocalServersIT {

  private static final WireTopics TOPICS = WireTopics.DEFAULTS;
  private static final String REQUESTS = TOPICS.requests().get(0);
  private static final Instant INSTANT = Instant.parse("2026-11-22T01:02:03.456789Z");

  @TempDir static Path parent;
  private static LocalBroker broker;
  private static LocalRegistry registry;
  private static Map<String, String> settings;

  @BeforeAll
  static void startServers() throws Exception {
    broker = LocalBroker.start(parent);
    registry = LocalRegistry.start(parent);
    settings = Map.of("schema.registry.url", registry.url());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(
              Stream.of(REQUESTS, TOPICS.control(), TOPICS.completions(), TOPICS.timings())
                  .map(topic -> new NewTopic(topic, 1, (short) 1))
                  .toList())
          .all()
          .get();
    }
  }

  @AfterAll
  static void stopServers() throws Exception {
    broker.close();
    registry.close();
    try (Stream<Path> left = Files.list(parent)) {
      assertThat(left).as("what the servers leave behind").isEmpty();
    }
    assertThat(broker.process().isAlive()).isFalse();
    assertThat(registry.process().isAlive()).isFalse();
  }

  @Test
  void shouldCarryAllRecordKindsThroughBrokerAndRegistry() {
    try (RegistryWireClient client = RegistryWireClient.open(settings, true);
        RegistryWireFormat worker = RegistryWireFormat.open(settings, true)) {
      client.warmUp(TOPICS);
      worker.warmUp(TOPICS);

      byte[] request = throughBroker(REQUESTS, client.encodeRequest(REQUESTS, request()));
      byte[] control =
          throughBroker(TOPICS.control(), client.encodeControl(TOPICS.control(), control()));
      byte[] completion =
          throughBroker(
              TOPICS.completions(), worker.encodeCompletion(TOPICS.completions(), completion()));
      byte[] timing =
          throughBroker(TOPICS.timings(), worker.encodeTiming(TOPICS.timings(), timing()));

      assertThat(worker.decodeRequest(REQUESTS, request))
          .isEqualTo(new Decoding.Decoded<>(request()));
      assertThat(worker.decodeControl(TOPICS.control(), control))
          .isEqualTo(new Decoding.Decoded<>(control()));
      assertThat(client.decodeCompletion(TOPICS.completions(), completion))
          .isEqualTo(new Decoding.Decoded<>(completion()));
      assertThat(client.decodeTiming(TOPICS.timings(), timing))
          .isEqualTo(new Decoding.Decoded<>(timing()));
      assertThat(worker.decodeControl(TOPICS.control(), timing))
          .isInstanceOfSatisfying(
              Decoding.Undecodable.class,
              fault -> assertThat(fault.code()).isEqualTo(DecodeErrors.FOREIGN_SCHEMA));
    }
  }

  @Test
  void shouldRegisterOnceWhenRegisteredTwice() {
    WireTopics topics = new WireTopics(List.of("twice.requests"), "twice.c", "twice.d", "twice.t");
    try (SchemaRegistration registration = SchemaRegistration.open(settings)) {
      List<SchemaRegistration.Registered> first = registration.register(topics);
      assertThat(first)
          .extracting(SchemaRegistration.Registered::subject)
          .containsExactly(
              "twice.requests-value", "twice.c-value", "twice.d-value", "twice.t-value");
      assertThat(first).extracting(SchemaRegistration.Registered::version).containsOnly(1);
      assertThat(registration.register(topics)).isEqualTo(first);
    }
  }

  @Test
  void shouldTellToRegisterWhenRegistrationIsOffAndSchemasAreMissing() {
    WireTopics topics = new WireTopics(List.of("none.r"), "none.c", "none.completions", "none.t");
    try (RegistryWireFormat worker = RegistryWireFormat.open(settings, false)) {
      assertThatThrownBy(() -> worker.warmUp(topics))
          .isInstanceOf(SchemaSetupException.class)
          .hasMessageContaining("none.completions-value")
          .hasMessageContaining("lacuna schemas register");
    }
  }

  @Test
  void shouldFindSchemasThatOthersRegisteredAsTheyAreWritten() throws Exception {
    WireTopics topics = new WireTopics(List.of("file.r"), "file.c", "file.completions", "file.t");
    register("file.completions-value", GenerationCompletion.getClassSchema().toString(true));
    register("file.t-value", StepTiming.getClassSchema().toString(true));
    try (RegistryWireFormat worker = RegistryWireFormat.open(settings, false)) {
      worker.warmUp(topics);
      assertThat(worker.encodeTiming("file.t", timing())).startsWith(0);
    }
  }

  /** Plain HTTP, the text as it is but for the hints that only Java's generated classes carry. */
  private static void register(String subject, String schema) throws Exception {
    String plain = schema.replaceAll(",\\s*\"avro.java.string\"\\s*:\\s*\"String\"", "");
    String body = new ObjectMapper().writeValueAsString(Map.of("schema", plain));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(registry.url() + "/subjects/" + subject + "/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  @Test
  void shouldAnswerUnknownWhenTheRegistryHasNoSuchSchema() {
    try (RegistryWireFormat worker = RegistryWireFormat.open(settings, false)) {
      for (int id : new int[] {0, 987_654, Integer.MAX_VALUE}) {
        assertThat(worker.fetchSchema(id)).as("id %d", id).isInstanceOf(SchemaFetch.Unknown.class);
      }
    }
  }

  @Test
  void shouldKeepRecordsWhenABrokerIsKilledAndRestarted() {
    try (LocalBroker own = LocalBroker.start(parent)) {
      createTopic(own, "kept");
      byte[] value = {1, 2, 3};
      send(own, "kept", value);
      String address = own.bootstrapServers();
      own.kill();
      assertThat(own.process().isAlive()).isFalse();
      own.restart();
      assertThat(own.bootstrapServers()).isEqualTo(address);
      assertThat(last(own, "kept")).isEqualTo(value);
    }
  }

  private static byte[] throughBroker(String topic, byte[] value) {
    send(broker, topic, value);
    return last(broker, topic);
  }

  private static void createTopic(LocalBroker at, String topic) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", at.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
  }

  private static void send(LocalBroker at, String topic, byte[] value) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", at.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, value));
    }
  }

  private static byte[] last(LocalBroker at, String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", at.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, consumer.endOffsets(List.of(partition)).get(partition) - 1);
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(20));
      assertThat(records.count()).isEqualTo(1);
      return records.iterator().next().value();
    }
  }

  private static GenerationRequest request() {
    return GenerationRequest.newBuilder()
        .setId("r-1")
        .setDocument(
            List.of(
                new Text("A library for "),
                Blank.newBuilder()
                    .setTokens(12)
                    .setName("what")
                    .setLength(BlankLength.EXACT)
                    .build(),
                new Text(" in Java — ünï")))
        .setDeadline(INSTANT)
        .setLabels(Map.of("k", "v"))
        .build();
  }

  private static Control control() {
    return new Control("r-1", ControlAction.CANCEL);
  }

  private static GenerationCompletion completion() {
    return GenerationCompletion.newBuilder()
        .setId("r-1")
        .setStatus(CompletionStatus.EXPIRED)
        .setCompletedAt(INSTANT)
        .build();
  }

  private static StepTiming timing() {
    return StepTiming.newBuilder()
        .setId("r-1")
        .setPass(1)
        .setSample(1)
        .setStep(1)
        .setSteps(16)
        .setCanvasLength(64)
        .setBatchRows(3)
        .setBatchSlots(8)
        .setBatchSequence(1)
        .setWorkerId("w")
        .setDeviceMicros(1000)
        .setHostMicros(10)
        .setShareMicros(333)
        .setMaskedBefore(12)
        .setMaskedAfter(11)
        .setMeanConfidence(0.5f)
        .setDevice("cpu")
        .setStartedAt(INSTANT)
        .build();
  }
}
