package dev.lacuna.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.wire.GenerationRequest;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writers whose schemas have branches and symbols that ours lack. */
final class PartlyReadableTest {

  private static final String SCOPE = "partly-readable";
  private static final String TOPIC = "lacuna.requests";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Its fields match no segment of ours. */
  private static final String PICTURE =
      """
      {"type":"record","name":"Picture","fields":[{"name":"url","type":"string"}]}
      """;

  /** Its fields match those of our Text. */
  private static final String CAPTION =
      """
      {"type":"record","name":"Caption","fields":[{"name":"content","type":"string"}]}
      """;

  private RegistryWireFormat worker;

  @BeforeEach
  void open() {
    worker = RegistryWireFormat.open(Map.of("schema.registry.url", "mock://" + SCOPE), true);
    worker.warmUp(WireTopics.DEFAULTS);
  }

  @AfterEach
  void close() {
    worker.close();
    MockSchemaRegistry.dropScope(SCOPE);
  }

  @Test
  void shouldReadARecordThatDoesNotUseTheBranch() throws Exception {
    assertThat(decode(record(segments(PICTURE))))
        .isEqualTo(new Decoding.Decoded<>(WireSamples.request()));
  }

  @Test
  void shouldRefuseARecordThatUsesTheBranch() throws Exception {
    GenericRecord record = record(segments(PICTURE));
    Schema items = record.getSchema().getField("document").schema().getElementType();
    GenericRecord picture = new GenericData.Record(items.getTypes().get(2));
    picture.put("url", "https://example.org");
    record.put("document", List.of(picture));

    assertThat(decode(record))
        .isInstanceOfSatisfying(
            Decoding.Undecodable.class,
            bad -> {
              assertThat(bad.code()).isEqualTo(DecodeErrors.FOREIGN_SCHEMA);
              assertThat(bad.message()).contains("union branch").contains("Picture");
            });
  }

  @Test
  void shouldRefuseTheSchemaWhenABranchWouldBeReadAsSomethingElse() throws Exception {
    assertThat(code(record(segments(CAPTION)))).isEqualTo(DecodeErrors.FOREIGN_SCHEMA);
  }

  @Test
  void shouldReadAnOptionalFieldThatHasAValueWhereOursIsNotOptional() throws Exception {
    ObjectNode schema = request();
    ((ObjectNode) field(schema, "id")).set("type", MAPPER.readTree("[\"null\",\"string\"]"));
    GenericRecord record = record(schema);
    assertThat(decode(record)).isEqualTo(new Decoding.Decoded<>(WireSamples.request()));

    record.put("id", null);
    assertThat(code(record)).isEqualTo(DecodeErrors.FOREIGN_SCHEMA);
  }

  @Test
  void shouldRefuseTheSchemaWhenAFieldCanNeverBeRead() throws Exception {
    ObjectNode schema = request();
    ((ArrayNode) field(schema, "document").get("type").get("items")).add(MAPPER.readTree(PICTURE));
    ObjectNode id = (ObjectNode) field(schema, "id");
    id.set("type", MAPPER.readTree("[\"null\",\"boolean\"]"));
    int schemaId = register(new Schema.Parser().parse(schema.toString()));

    assertThat(worker.fetchSchema(schemaId)).isEqualTo(new SchemaFetch.Cached());
    byte[] value = ByteBuffer.allocate(6).put((byte) 0).putInt(schemaId).array();
    assertThat(worker.decodeRequest(TOPIC, value))
        .isInstanceOfSatisfying(
            Decoding.Undecodable.class,
            bad -> assertThat(bad.code()).isEqualTo(DecodeErrors.FOREIGN_SCHEMA));
  }

  private static ObjectNode segments(String branch) throws Exception {
    ObjectNode schema = request();
    ((ArrayNode) field(schema, "document").get("type").get("items")).add(MAPPER.readTree(branch));
    return schema;
  }

  private static ObjectNode request() throws Exception {
    return (ObjectNode) MAPPER.readTree(GenerationRequest.getClassSchema().toString());
  }

  private static JsonNode field(ObjectNode record, String name) {
    for (JsonNode field : record.get("fields")) {
      if (field.get("name").asText().equals(name)) {
        return field;
      }
    }
    throw new AssertionError(name);
  }

  /** The sample as a record of another schema. */
  private static GenericRecord record(ObjectNode schema) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    GenerationRequest sample = WireSamples.request();
    new SpecificDatumWriter<>(GenerationRequest.class).write(sample, encoder);
    encoder.flush();
    return new GenericDatumReader<GenericRecord>(
            sample.getSchema(), new Schema.Parser().parse(schema.toString()))
        .read(null, DecoderFactory.get().binaryDecoder(out.toByteArray(), null));
  }

  private Decoding<GenerationRequest> decode(GenericRecord record) throws Exception {
    int schemaId = register(record.getSchema());
    assertThat(worker.fetchSchema(schemaId)).isEqualTo(new SchemaFetch.Cached());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.write(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return worker.decodeRequest(TOPIC, out.toByteArray());
  }

  private String code(GenericRecord record) throws Exception {
    Decoding<GenerationRequest> decoding = decode(record);
    assertThat(decoding).isInstanceOf(Decoding.Undecodable.class);
    return ((Decoding.Undecodable<GenerationRequest>) decoding).code();
  }

  private static int register(Schema schema) throws Exception {
    return MockSchemaRegistry.getClientForScope(SCOPE).register("stranger", new AvroSchema(schema));
  }
}
