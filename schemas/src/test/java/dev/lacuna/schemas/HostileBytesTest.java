package dev.lacuna.schemas;

import static dev.lacuna.schemas.WireTopics.DEFAULTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Random, cut and flipped bytes: an answer for all, and memory in proportion to the record. */
final class HostileBytesTest {

  private static final String SCOPE = "hostile";
  private static final int RECORDS = 20_000;
  private static final int TRIED_LENGTHS = 400;

  /** An honest record takes some 5 kB; allocating by a length that is only claimed, gigabytes. */
  private static final long ALLOCATED_BYTES_MAX = 4L << 20;

  private static final String RECURSIVE_FIELD =
      """
      {"name":"more","type":["null",{"type":"record","name":"L",
        "fields":[{"name":"next","type":["null","L"]}]}],"default":null}
      """;
  private static final String NULLS_FIELD =
      """
      {"name":"more","type":{"type":"array","items":"null"},"default":[]}
      """;

  private final Random random = new Random(20261122);
  private RegistryWireFormat worker;
  private RegistryWireClient client;
  private List<byte[]> honest;

  @BeforeEach
  void open() {
    Map<String, String> settings = Map.of("schema.registry.url", "mock://" + SCOPE);
    worker = RegistryWireFormat.open(settings, true);
    client = RegistryWireClient.open(settings, true, Duration.ofMillis(1));
    client.warmUp(DEFAULTS);
    worker.warmUp(DEFAULTS);
    honest =
        List.of(
            client.encodeRequest("lacuna.requests", WireSamples.request()),
            client.encodeControl("lacuna.control", WireSamples.control()),
            worker.encodeCompletion("lacuna.completions", WireSamples.completion()),
            worker.encodeTiming("lacuna.timings", WireSamples.timing()));
  }

  @AfterEach
  void close() {
    worker.close();
    client.close();
    MockSchemaRegistry.dropScope(SCOPE);
  }

  @Test
  void shouldAnswerWithBoundedMemoryWhateverTheBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < RECORDS; i++) {
      int kind = i % honest.size();
      byte[] value = hostile(honest.get(kind), i);
      long before = threads.getCurrentThreadAllocatedBytes();
      Decoding<?> decoding = decode(kind, value);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      if (i > honest.size() * 100) { // Classes are loaded by then.
        assertThat(allocated).as("record %d", i).isLessThan(ALLOCATED_BYTES_MAX);
      }
      outcomes.merge(outcome(decoding), 1, Integer::sum);
    }
    assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(RECORDS);
    assertThat(outcomes)
        .containsKeys(
            "Decoded",
            "SchemaNeeded",
            DecodeErrors.MALFORMED_AVRO,
            DecodeErrors.NO_MAGIC_BYTE,
            DecodeErrors.UNKNOWN_SCHEMA,
            DecodeErrors.FOREIGN_SCHEMA);
  }

  @Test
  void shouldRefuseEndlessNestingInAFieldThatOnlyTheWriterHas() throws Exception {
    byte[] tail = new byte[200_000];
    Arrays.fill(tail, (byte) 2); // Each is "another one follows".
    assertThat(decodeWithForeignField(RECURSIVE_FIELD, tail))
        .isEqualTo(DecodeErrors.MALFORMED_AVRO);
  }

  @Test
  void shouldRefuseManyItemsOfNoBytesInAFieldThatOnlyTheWriterHas() throws Exception {
    byte[] tenMillion = {(byte) 0x80, (byte) 0xda, (byte) 0xc4, 0x09, 0};
    assertThat(decodeWithForeignField(NULLS_FIELD, tenMillion))
        .isEqualTo(DecodeErrors.MALFORMED_AVRO);
  }

  /** A Control with a field that our schema does not have, as its last. */
  private String decodeWithForeignField(String field, byte[] fieldBytes) throws Exception {
    String text =
        """
        {"type":"record","name":"Control","namespace":"dev.lacuna.wire","fields":[
          {"name":"id","type":"string"},%s]}
        """
            .formatted(field);
    int id = MockSchemaRegistry.getClientForScope(SCOPE).register("foreign", new AvroSchema(text));
    assertThat(worker.fetchSchema(id)).isEqualTo(new SchemaFetch.Cached());
    ByteBuffer value = ByteBuffer.allocate(7 + fieldBytes.length);
    value.put((byte) 0).putInt(id).put((byte) 2).put((byte) 'r').put(fieldBytes);
    return outcome(worker.decodeControl("lacuna.control", value.array()));
  }

  private Decoding<?> decode(int kind, byte[] value) {
    return switch (kind) {
      case 0 -> worker.decodeRequest("lacuna.requests", value);
      case 1 -> worker.decodeControl("lacuna.control", value);
      case 2 -> client.decodeCompletion("lacuna.completions", value);
      default -> client.decodeTiming("lacuna.timings", value);
    };
  }

  private static String outcome(Decoding<?> decoding) {
    return decoding instanceof Decoding.Undecodable<?> fault
        ? fault.code()
        : decoding.getClass().getSimpleName();
  }

  private byte[] hostile(byte[] record, int i) {
    return switch (random.nextInt(6)) {
      case 0 -> randomBytes(random.nextInt(TRIED_LENGTHS));
      case 1 -> Arrays.copyOf(record, random.nextInt(record.length + 1));
      case 2 -> flipped(record, random.nextInt(4));
      case 3 -> behindFrame(record, randomBytes(random.nextInt(TRIED_LENGTHS)));
      case 4 -> hugeNumber(record);
      default -> flipped(honest.get((i + 1) % honest.size()), 1);
    };
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] flipped(byte[] record, int bits) {
    byte[] bytes = record.clone();
    for (int i = 0; i < bits; i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] behindFrame(byte[] record, byte[] body) {
    byte[] bytes = Arrays.copyOf(record, 5 + body.length);
    System.arraycopy(body, 0, bytes, 5, body.length);
    return bytes;
  }

  /** Zigzag of 2^31 - 1, where a length or a count may stand. */
  private byte[] hugeNumber(byte[] record) {
    byte[] bytes = record.clone();
    byte[] huge = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    int at = 5 + random.nextInt(Math.max(1, bytes.length - 10));
    System.arraycopy(huge, 0, bytes, at, Math.min(huge.length, bytes.length - at));
    return bytes;
  }
}
