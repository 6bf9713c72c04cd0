package dev.lacuna.schemas;

import static dev.lacuna.schemas.WireTopics.DEFAULTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.lacuna.wire.Control;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Schemas that anybody may register: whatever their shape, neither fetching them nor reading a
 * record of theirs ends a thread.
 */
final class HostileSchemasTest {

  private static final String SCOPE = "hostile-schemas";

  /** What a stream thread has by default. */
  private static final long STACK_BYTES = 1L << 20;

  private RegistryWireFormat worker;

  @BeforeEach
  void open() {
    worker = RegistryWireFormat.open(Map.of("schema.registry.url", "mock://" + SCOPE), true);
    worker.warmUp(DEFAULTS);
  }

  @AfterEach
  void close() {
    worker.close();
    MockSchemaRegistry.dropScope(SCOPE);
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 700})
  void shouldReadRecordsOfSchemasWhoseRecordsEachHoldTheOneBefore(int rungs) throws Exception {
    int id = register(control(ladder(rungs)));

    Decoding<Control> decoding = onAThread(STACK_BYTES, () -> fetchAndDecode(id));

    assertThat(decoding).isInstanceOf(Decoding.Decoded.class);
  }

  @Test
  void shouldNotParseASchemaWhenItsTextIsLong() throws Exception {
    String schema = control(ladder(2_000));
    try (FakeRegistry registry =
            new FakeRegistry(200, "{\"schema\":" + new TextNode(schema) + "}");
        RegistryWireFormat reader =
            RegistryWireFormat.open(Map.of("schema.registry.url", registry.url()), false)) {
      assertThat(reader.fetchSchema(7)).isEqualTo(new SchemaFetch.Cached());
      assertThat(reader.decodeControl("lacuna.control", value(7)))
          .isEqualTo(
              new Decoding.Undecodable<>(
                  DecodeErrors.FOREIGN_SCHEMA,
                  "schema id 7: its text has %d characters, and up to 65536 are read"
                      .formatted(schema.length())));
    }
  }

  @Test
  void shouldForgetSchemasWhenThereAreMoreThanItKeepsAndAskAgain() throws Exception {
    int first = register(control("\"string\""));
    assertThat(worker.fetchSchema(first)).isEqualTo(new SchemaFetch.Cached());
    for (int i = 0; i < 3 * WireCodec.WRITERS_MAX; i++) {
      int id = register("{\"type\":\"fixed\",\"name\":\"F\",\"size\":" + (i + 1) + "}");
      assertThat(worker.fetchSchema(id)).isEqualTo(new SchemaFetch.Cached());
    }

    assertThat(worker.decodeControl("lacuna.control", value(first)))
        .isEqualTo(new Decoding.SchemaNeeded<>(first));
    assertThat(worker.fetchSchema(first)).isEqualTo(new SchemaFetch.Cached());
    assertThat(worker.decodeControl("lacuna.control", value(first)))
        .isInstanceOf(Decoding.Decoded.class);
  }

  private Decoding<Control> fetchAndDecode(int id) {
    SchemaFetch fetch = worker.fetchSchema(id);
    if (fetch instanceof SchemaFetch.Unknown unknown) {
      return new Decoding.Undecodable<>(DecodeErrors.UNKNOWN_SCHEMA, unknown.message());
    }
    assertThat(fetch).isEqualTo(new SchemaFetch.Cached());
    return worker.decodeControl("lacuna.control", value(id));
  }

  /** Control of id "r", its own field at the union's first branch. */
  private static byte[] value(int id) {
    return ByteBuffer.allocate(8).put((byte) 0).putInt(id).put((byte) 2).put((byte) 'r').array();
  }

  private static String control(String field) {
    return """
        {"type":"record","name":"Control","namespace":"dev.lacuna.wire","fields":[
          {"name":"id","type":"string"},{"name":"more","type":%s}]}
        """
        .formatted(field);
  }

  /** Deep by names, so that the text is not nested. */
  private static String ladder(int rungs) {
    StringBuilder types = new StringBuilder("[\"null\"");
    String below = "string";
    for (int i = 0; i < rungs; i++) {
      types.append(
          ",{\"type\":\"record\",\"name\":\"L%d\",\"fields\":[{\"name\":\"f\",\"type\":\"%s\"}]}"
              .formatted(i, below));
      below = "L" + i;
    }
    return types.append("]").toString();
  }

  private static int register(String schema) throws Exception {
    return MockSchemaRegistry.getClientForScope(SCOPE).register("stranger", new AvroSchema(schema));
  }

  private static <T> T onAThread(long stackBytes, Supplier<T> work) throws Exception {
    Object[] result = new Object[1];
    Throwable failed = failureOf(stackBytes, () -> result[0] = work.get());
    assertThat(failed).as("what ended the thread").isNull();
    @SuppressWarnings("unchecked")
    T value = (T) result[0];
    return value;
  }

  private static Throwable failureOf(long stackBytes, Runnable work) throws Exception {
    Throwable[] failure = new Throwable[1];
    Thread thread = new Thread(null, work, "stream", stackBytes);
    thread.setUncaughtExceptionHandler((ended, thrown) -> failure[0] = thrown);
    thread.start();
    thread.join();
    return failure[0];
  }
}
