package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.fakes.Outputs.Output;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.outbox.DeadLetter;
import dev.lacuna.topology.process.TaskStores;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What piles up has a bound, or an end. */
final class FloodTest {
  private static final int UNKNOWN_SCHEMA = 77;
  private static final int CONTROLS_MAX = 10_000;

  private final WorkerDriver worker = new WorkerDriver();
  private final TestParts parts = worker.parts;

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void shouldKeepABoundedNumberOfControlRecordsWhileTheRegistryIsAway() {
    for (int i = 0; i < CONTROLS_MAX + 5; i++) {
      control("c" + i);
    }

    assertThat(worker.stored("undecoded")).isEqualTo(CONTROLS_MAX);
    List<Output> letters = worker.deadLetters();
    assertThat(letters).hasSize(5);
    assertThat(header(letters.get(0), DeadLetter.CODE)).isEqualTo("TOO_MANY_WAITING");
    assertThat(header(letters.get(0), DeadLetter.MESSAGE)).contains("10000", "send this again");
    parts.wire.cache(UNKNOWN_SCHEMA);
    parts.schemas.put(UNKNOWN_SCHEMA, new SchemaFetch.Cached());
    worker.drain();
    assertThat(worker.stored("undecoded")).isZero();
    assertThat(worker.stored(TaskStores.CANCELLATIONS)).isEqualTo(CONTROLS_MAX);
    assertThat(parts.accepted.count()).isZero();
  }

  @Test
  void shouldNotKeepAControlRecordThatIsFarLargerThanOneCanBe() {
    byte[] large = new byte[6_000];
    large[4] = UNKNOWN_SCHEMA;
    worker.pipeControl(WorkerDriver.utf8("c1"), large);

    assertThat(worker.stored("undecoded")).isZero();
    assertThat(header(worker.deadLetters().get(0), DeadLetter.CODE)).isEqualTo("TOO_LARGE");
  }

  @Test
  void shouldForgetCancellationsThatHavePassedBehindMoreYoungOnesThanOnePassLooksAt() {
    for (int i = 0; i < 300; i++) {
      worker.control(Requests.cancel("old-" + i));
    }
    worker.advance(TestParts.CANCEL_RETENTION.minusMinutes(1));
    for (int i = 0; i < 100; i++) {
      worker.control(Requests.cancel("before-" + i));
    }
    parts.clock.costPerLook(Duration.ofMillis(1)); // of 20 for a pass
    for (int second = 0; second < 180; second++) {
      worker.advance(Duration.ofSeconds(1));
    }

    assertThat(worker.stored(TaskStores.CANCELLATIONS)).as("the young ones").isEqualTo(100);
  }

  @Test
  void shouldAnswerWhileMoreRecordsWaitForTheirSchemaThanADrainCanLookAt() {
    for (int i = 0; i < 100; i++) {
      control("c" + i);
    }
    worker.submit(Requests.request("r1").build());
    parts.engine.finish();
    parts.clock.costPerLook(Duration.ofMillis(1)); // of 20 for a drain
    worker.drain();

    assertThat(worker.completion().getId()).isEqualTo("r1");
  }

  private void control(String id) {
    worker.pipeControl(WorkerDriver.utf8(id), FakeWire.encode(UNKNOWN_SCHEMA, Requests.cancel(id)));
  }

  private static String header(Output letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
