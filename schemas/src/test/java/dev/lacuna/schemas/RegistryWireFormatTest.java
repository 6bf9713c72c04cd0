package dev.lacuna.schemas;

import static dev.lacuna.schemas.WireTopics.DEFAULTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against Confluent's registry in memory, {@code mock://}. */
final class RegistryWireFormatTest {

  private static final String SCOPE = "wire-format";
  private static final Map<String, String> SETTINGS =
      Map.of("schema.registry.url", "mock://" + SCOPE);
  private static final String REQUESTS = DEFAULTS.requests().get(0);
  private static final String CONTROL = DEFAULTS.control();
  private static final String COMPLETIONS = DEFAULTS.completions();
  private static final String TIMINGS = DEFAULTS.timings();

  private SchemaRegistryClient registry;
  private RegistryWireFormat worker;
  private RegistryWireClient client;

  @BeforeEach
  void open() {
    registry = MockSchemaRegistry.getClientForScope(SCOPE);
    worker = RegistryWireFormat.open(SETTINGS, true);
    client = RegistryWireClient.open(SETTINGS, true, Duration.ofMillis(1));
    client.warmUp(DEFAULTS);
    worker.warmUp(DEFAULTS);
  }

  @AfterEach
  void close() {
    worker.close();
    client.close();
    MockSchemaRegistry.dropScope(SCOPE);
  }

  @Test
  void shouldDecodeWhatTheOtherSideEncodes() {
    byte[] request = client.encodeRequest(REQUESTS, WireSamples.request());
    byte[] control = client.encodeControl(CONTROL, WireSamples.control());
    byte[] completion = worker.encodeCompletion(COMPLETIONS, WireSamples.completion());
    byte[] timing = worker.encodeTiming(TIMINGS, WireSamples.timing());

    assertThat(worker.decodeRequest(REQUESTS, request))
        .isEqualTo(new Decoding.Decoded<>(WireSamples.request()));
    assertThat(worker.decodeControl(CONTROL, control))
        .isEqualTo(new Decoding.Decoded<>(WireSamples.control()));
    assertThat(client.decodeCompletion(COMPLETIONS, completion))
        .isEqualTo(new Decoding.Decoded<>(WireSamples.completion()));
    assertThat(client.decodeTiming(TIMINGS, timing))
        .isEqualTo(new Decoding.Decoded<>(WireSamples.timing()));
  }

  @Test
  void shouldBeReadableByConfluentsOwnDeserializerAsGenericRecords() {
    byte[] completion = worker.encodeCompletion(COMPLETIONS, WireSamples.completion());
    try (KafkaAvroDeserializer generic = new KafkaAvroDeserializer(registry)) {
      generic.configure(SETTINGS, false);
      GenericRecord record = (GenericRecord) generic.deserialize(COMPLETIONS, completion);
      assertThat(record.get("status")).hasToString("COMPLETED");
      assertThat(record.get("seed")).isEqualTo(7L);
    }
  }

  @Test
  void shouldReadWhatConfluentsOwnSerializerWritesFromTheSchemaFile() {
    try (KafkaAvroSerializer generic = new KafkaAvroSerializer(registry)) {
      generic.configure(SETTINGS, false);
      Schema schema = RecordKind.CONTROL.published().rawSchema();
      GenericRecord record = new GenericData.Record(schema);
      record.put("id", "r-1");
      record.put(
          "action", new GenericData.EnumSymbol(schema.getField("action").schema(), "CANCEL"));
      assertThat(worker.decodeControl(CONTROL, generic.serialize(CONTROL, record)))
          .isEqualTo(new Decoding.Decoded<>(WireSamples.control()));
    }
  }

  @Test
  void shouldAskForASchemaOnceWhenItIsNew() throws Exception {
    Schema newer =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"Control","namespace":"dev.lacuna.wire","fields":[
                  {"name":"reason","type":"string","default":""},{"name":"id","type":"string"},
                  {"name":"action","type":{"type":"enum","name":"ControlAction",
                    "symbols":["UNKNOWN","CANCEL","PAUSE"],"default":"UNKNOWN"}}]}
                """);
    int id = registry.register(CONTROL + "-value", new AvroSchema(newer));
    GenericRecord record = new GenericData.Record(newer);
    record.put("id", "r-1");
    record.put("reason", "why");
    record.put("action", new GenericData.EnumSymbol(newer.getField("action").schema(), "CANCEL"));
    byte[] value = framed(id, newer, record);

    assertThat(worker.decodeControl(CONTROL, value)).isEqualTo(new Decoding.SchemaNeeded<>(id));
    assertThat(worker.fetchSchema(id)).isEqualTo(new SchemaFetch.Cached());
    assertThat(worker.decodeControl(CONTROL, value))
        .isEqualTo(new Decoding.Decoded<>(WireSamples.control()));
  }

  @Test
  void shouldNeedNoFetchWhenAVersionWasRegisteredBeforeTheStart() throws Exception {
    Schema older =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"Control","namespace":"dev.lacuna.wire","fields":[
                  {"name":"id","type":"string"}]}
                """);
    int id = registry.register(CONTROL + "-value", new AvroSchema(older));
    GenericRecord record = new GenericData.Record(older);
    record.put("id", "r-1");
    try (RegistryWireFormat later = RegistryWireFormat.open(SETTINGS, false)) {
      later.warmUp(DEFAULTS);
      assertThat(later.decodeControl(CONTROL, framed(id, older, record)))
          .isInstanceOf(Decoding.Decoded.class);
    }
  }

  @Test
  void shouldAnswerUnknownWhenNoSchemaHasTheId() {
    byte[] value = {0, 0, 1, 0, 0, 2};
    assertThat(worker.decodeRequest(REQUESTS, value))
        .isEqualTo(new Decoding.SchemaNeeded<>(65_536));
    assertThat(worker.fetchSchema(65_536)).isInstanceOf(SchemaFetch.Unknown.class);
    assertThat(code(worker.decodeRequest(REQUESTS, new byte[] {0, -1, 1, 0, 0, 2})))
        .isEqualTo(DecodeErrors.UNKNOWN_SCHEMA);
    assertThat(code(client.decodeTiming(TIMINGS, value))).isEqualTo(DecodeErrors.UNKNOWN_SCHEMA);
  }

  @Test
  void shouldRefuseBytesWithoutFraming() {
    for (byte[] value :
        new byte[][] {{}, {0}, {0, 0, 0, 0}, {1, 0, 0, 0, 1, 2}, {'{', '}', 0, 0, 0}}) {
      assertThat(code(worker.decodeRequest(REQUESTS, value))).isEqualTo(DecodeErrors.NO_MAGIC_BYTE);
    }
  }

  @Test
  void shouldRefuseARecordOfAnotherKind() {
    // A StepTiming has every field that a Control needs: only the names tell them apart.
    byte[] timing = worker.encodeTiming(TIMINGS, WireSamples.timing());
    assertThat(code(worker.decodeControl(CONTROL, timing))).isEqualTo(DecodeErrors.FOREIGN_SCHEMA);
    assertThat(code(worker.decodeRequest(REQUESTS, timing))).isEqualTo(DecodeErrors.FOREIGN_SCHEMA);
  }

  @Test
  void shouldRefuseAForeignSchema() throws Exception {
    Schema foreign = Schema.create(Schema.Type.STRING);
    int id = registry.register("other-value", new AvroSchema(foreign));
    byte[] value = framed(id, foreign, "text");
    assertThat(worker.fetchSchema(id)).isEqualTo(new SchemaFetch.Cached());
    assertThat(code(worker.decodeRequest(REQUESTS, value))).isEqualTo(DecodeErrors.FOREIGN_SCHEMA);
  }

  @Test
  void shouldRefuseDamagedBytes() {
    byte[] control = client.encodeControl(CONTROL, WireSamples.control());
    byte[] longer = Arrays.copyOf(control, control.length + 1);
    byte[] shorter = Arrays.copyOf(control, control.length - 1);
    byte[] hugeLength = control.clone();
    hugeLength[5] = (byte) 0xfe;
    for (byte[] value : List.of(longer, shorter, hugeLength, Arrays.copyOf(control, 5))) {
      assertThat(code(worker.decodeControl(CONTROL, value))).isEqualTo(DecodeErrors.MALFORMED_AVRO);
    }
  }

  @Test
  void shouldTellToRegisterWhenRegistrationIsOff() {
    MockSchemaRegistry.dropScope(SCOPE);
    try (RegistryWireFormat strict = RegistryWireFormat.open(SETTINGS, false);
        RegistryWireClient strictClient = RegistryWireClient.open(SETTINGS, false)) {
      assertThatThrownBy(() -> strict.warmUp(DEFAULTS))
          .isInstanceOf(SchemaSetupException.class)
          .hasMessageContaining("lacuna.completions-value")
          .hasMessageContaining("lacuna schemas register");
      assertThatThrownBy(() -> strictClient.warmUp(DEFAULTS))
          .isInstanceOf(SchemaSetupException.class)
          .hasMessageContaining("lacuna.requests-value");
    }
  }

  @Test
  void shouldThrowInsteadOfBlockingWhenATopicWasNotWarmedUp() {
    assertThatThrownBy(() -> worker.encodeTiming("elsewhere", WireSamples.timing()))
        .hasStackTraceContaining("elsewhere-value")
        .hasStackTraceContaining("warm up");
  }

  @Test
  void shouldServeSeveralThreads() throws Exception {
    byte[] expected = worker.encodeTiming(TIMINGS, WireSamples.timing());
    byte[] request = client.encodeRequest(REQUESTS, WireSamples.request());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Boolean> work =
          () -> {
            boolean right = true;
            for (int i = 0; i < 500; i++) {
              right &= Arrays.equals(worker.encodeTiming(TIMINGS, WireSamples.timing()), expected);
              right &=
                  worker
                      .decodeRequest(REQUESTS, request)
                      .equals(new Decoding.Decoded<>(WireSamples.request()));
            }
            return right;
          };
      List<Boolean> results = new ArrayList<>();
      for (Future<Boolean> done : threads.invokeAll(List.of(work, work, work, work))) {
        results.add(done.get(60, TimeUnit.SECONDS));
      }
      assertThat(results).containsOnly(true);
    } finally {
      threads.shutdownNow();
    }
  }

  private static String code(Decoding<?> decoding) {
    assertThat(decoding).isInstanceOf(Decoding.Undecodable.class);
    return ((Decoding.Undecodable<?>) decoding).code();
  }

  private static byte[] framed(int schemaId, Schema schema, Object datum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.write(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
