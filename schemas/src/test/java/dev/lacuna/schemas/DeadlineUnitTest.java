package dev.lacuna.schemas;

import static dev.lacuna.schemas.WireTopics.DEFAULTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.schemas.fields.FieldFault;
import dev.lacuna.wire.GenerationRequest;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deadlines of writers whose schema counts in another unit than ours, or in none. */
final class DeadlineUnitTest {
  private static final String SCOPE = "deadline-unit";
  private static final String REQUESTS = DEFAULTS.requests().get(0);
  private static final Instant INSTANT = Instant.parse("2030-05-06T07:08:09.123Z");
  private static final long MILLIS = INSTANT.toEpochMilli();

  private SchemaRegistryClient registry;
  private RegistryWireFormat worker;

  @BeforeEach
  void open() {
    registry = MockSchemaRegistry.getClientForScope(SCOPE);
    worker = RegistryWireFormat.open(Map.of("schema.registry.url", "mock://" + SCOPE), true);
    worker.warmUp(DEFAULTS);
  }

  @AfterEach
  void close() {
    worker.close();
    MockSchemaRegistry.dropScope(SCOPE);
  }

  /** A request of a writer with this type of deadline, as the worker decodes it. */
  private Decoding.Decoded<GenerationRequest> decoded(String type, Long deadline) throws Exception {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"GenerationRequest","namespace":"dev.lacuna.wire","fields":[
                  {"name":"id","type":"string"},{"name":"deadline","type":%s},
                  {"name":"document","type":{"type":"array","items":[{"type":"record","name":"Text",
                    "fields":[{"name":"content","type":"string"}]}]}}]}
                """
                    .formatted(type));
    int id = registry.register(REQUESTS + "-other", new AvroSchema(schema));
    GenericRecord record = new GenericData.Record(schema);
    record.put("id", "r-1");
    record.put("deadline", deadline);
    record.put("document", List.of());
    assertThat(worker.fetchSchema(id)).isEqualTo(new SchemaFetch.Cached());
    return (Decoding.Decoded<GenerationRequest>)
        worker.decodeRequest(REQUESTS, framed(id, schema, record));
  }

  private static byte[] framed(int id, Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static String logical(String logicalType) {
    return "[\"null\",{\"type\":\"long\",\"logicalType\":\"" + logicalType + "\"}]";
  }

  @ParameterizedTest
  @CsvSource({"timestamp-millis, 1000000", "timestamp-micros, 1000", "timestamp-nanos, 1"})
  void shouldReadADeadlineInTheUnitThatItsWriterNames(String logicalType, long unitNanos)
      throws Exception {
    Decoding.Decoded<GenerationRequest> decoded =
        decoded(logical(logicalType), MILLIS * (1_000_000 / unitNanos));

    assertThat(decoded.fault()).isEmpty();
    assertThat(decoded.value().getDeadline()).isEqualTo(INSTANT);
  }

  @Test
  void shouldReadMicrosecondsWhenTheWriterNamesNoUnit() throws Exception {
    Decoding.Decoded<GenerationRequest> decoded = decoded("\"long\"", MILLIS * 1000);

    assertThat(decoded.fault()).isEmpty();
    assertThat(decoded.value().getDeadline()).isEqualTo(INSTANT);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"long\"', 1, 1970-01-23, milliseconds", // milliseconds for microseconds
    "'\"long\"', 1000000, +62, nanoseconds",
    "timestamp-millis, 1000, +62, microseconds",
    "timestamp-micros, 1, 1970-01-23, milliseconds",
    "timestamp-nanos, 1000, 1970-01-23, microseconds"
  })
  void shouldNameTheLikelyUnitWhenNobodyMeansTheInstant(
      String type, long times, String told, String likely) throws Exception {
    long number = MILLIS * times;
    Decoding.Decoded<GenerationRequest> decoded =
        decoded(type.startsWith("\"") ? type : logical(type), number);

    FieldFault fault = decoded.fault().orElseThrow();
    assertThat(fault.field()).isEqualTo("deadline");
    assertThat(fault.message())
        .contains("deadline is " + number, told, "2000 to 9999", "As " + likely)
        .contains("2030-05-06T07:08:09.123Z", "timestamp-micros");
    assertThat(fault.message().contains("names no unit")).isEqualTo(type.startsWith("\""));
  }

  @ParameterizedTest
  @CsvSource({"local-timestamp-millis", "local-timestamp-micros", "time-micros"})
  void shouldRefuseADeadlineWhoseTypeIsNoMomentInUtc(String logicalType) throws Exception {
    assertThat(decoded(logical(logicalType), MILLIS).fault().orElseThrow().message())
        .contains(logicalType, "no moment in UTC", "timestamp-micros");
    assertThat(decoded(logical(logicalType), null).fault()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"timestamp-millis", "timestamp-micros", "timestamp-nanos", "local-timestamp-millis"})
  void shouldTakeTheLargestNumberForNoDeadline(String logicalType) throws Exception {
    Decoding.Decoded<GenerationRequest> decoded = decoded(logical(logicalType), Long.MAX_VALUE);

    assertThat(decoded.fault()).isEmpty();
    assertThat(decoded.value().getDeadline().getEpochSecond())
        .isEqualTo(Long.MAX_VALUE / 1_000_000);
  }

  @ParameterizedTest
  @CsvSource({"timestamp-millis", "timestamp-micros", "timestamp-nanos"})
  void shouldRefuseNumbersAtTheEndsOfTime(String logicalType) throws Exception {
    for (long number : new long[] {Long.MIN_VALUE, -1, 0, 1}) {
      assertThat(decoded(logical(logicalType), number).fault()).as("%d", number).isPresent();
    }
  }
}
