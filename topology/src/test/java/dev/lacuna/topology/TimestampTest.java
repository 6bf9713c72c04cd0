package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.WorkerDriver;
import org.junit.jupiter.api.Test;

/** Timestamps of careless producers. */
final class TimestampTest {

  @Test
  void shouldWriteNoTimestampOfTheFutureToAChangelogWhenARecordHasOne() {
    try (WorkerDriver worker = new WorkerDriver()) {
      worker.submit(Requests.request("r1").build(), Long.MAX_VALUE / 1000);

      assertThat(worker.changelogTimestamps("pending"))
          .as("a broker refuses more than message.timestamp.after.max.ms")
          .containsExactly(worker.parts.clock.epochMicros() / 1000);
    }
  }
}
