package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.WorkerDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1_700_000_000L, 946_684_799_999L})
  void shouldCountARecordAsSentWhenItIsReadWhereItsTimestampIsBeforeKafka(long timestampMillis) {
    try (WorkerDriver worker = new WorkerDriver()) {
      worker.submit(Requests.request("r1").build(), timestampMillis);

      assertThat(worker.changelogTimestamps("pending"))
          .as("a broker refuses less than message.timestamp.before.max.ms")
          .containsExactly(worker.parts.clock.epochMicros() / 1000);
      worker.parts.engine.finish();
      worker.drain();
      assertThat(worker.completion().getSummary().getQueuedMicros()).isZero();
    }
  }
}
