package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.schemas.RegistryWireFormat;
import dev.lacuna.schemas.SchemaRegistration;
import dev.lacuna.schemas.SchemaRegistration.Registered;
import dev.lacuna.schemas.WireTopics;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TaskStores;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Random bytes through the real wire format, over a registry in memory. */
final class PoisonTest {
  private static final Map<String, String> REGISTRY =
      Map.of("schema.registry.url", "mock://topology-poison");
  private static final WireTopics TOPICS =
      new WireTopics(
          TestParts.TOPICS.requestNames(),
          TestParts.TOPICS.control(),
          TestParts.TOPICS.completions(),
          TestParts.TOPICS.timings());

  @Test
  void shouldGoOnWhenAThousandRecordsAreRandomBytes() {
    int requestSchema;
    try (SchemaRegistration registration = SchemaRegistration.open(REGISTRY)) {
      requestSchema =
          registration.register(TOPICS).stream()
              .filter(one -> one.record().endsWith("GenerationRequest"))
              .map(Registered::id)
              .findFirst()
              .orElseThrow();
    }
    TestParts parts = new TestParts();
    try (RegistryWireFormat wire = RegistryWireFormat.open(REGISTRY, true)) {
      wire.warmUp(TOPICS);
      parts.wireFormat = wire;
      parts.lookup = schemaId -> Optional.of(wire.fetchSchema(schemaId));
      try (WorkerDriver worker = new WorkerDriver(parts)) {
        pipePoison(worker, requestSchema);
        worker.drain();

        int letters = worker.deadLetters().size();
        int answers = worker.completionRecords().size();
        assertThat(letters + answers).as("every record went somewhere").isEqualTo(1000);
        assertThat(letters).isGreaterThan(990);
        assertThat(parts.accepted.count()).isZero();
        assertThat(worker.stored(TaskStores.UNDECODED)).isZero();
        worker.pipeRequest(
            WorkerDriver.utf8("r1"),
            framed(requestSchema, Requests.request("r1").build()),
            new RecordHeaders());
        assertThat(parts.engine.submitted()).as("the next request").hasSize(1);
      }
    }
  }

  /** A quarter bears the frame of the request schema, some that of an unknown one. */
  private static void pipePoison(WorkerDriver worker, int requestSchema) {
    Random random = new Random(20261122);
    for (int i = 0; i < 1000; i++) {
      byte[] value = new byte[5 + random.nextInt(200)];
      random.nextBytes(value);
      if (i % 4 == 0) {
        ByteBuffer.wrap(value).put((byte) 0).putInt(requestSchema);
      } else if (i % 50 == 1) {
        ByteBuffer.wrap(value).put((byte) 0);
      }
      byte[] key = new byte[random.nextInt(20)];
      random.nextBytes(key);
      worker.pipeRequest(random.nextInt(10) == 0 ? null : key, value, new RecordHeaders());
    }
  }

  private static byte[] framed(int schema, dev.lacuna.wire.GenerationRequest request) {
    byte[] value = dev.lacuna.topology.fakes.FakeWire.encode(0, request);
    ByteBuffer.wrap(value).putInt(1, schema);
    return value;
  }
}
