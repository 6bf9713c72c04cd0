package dev.lacuna.topology.kafka;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.inputs.InputRemadeException;
import dev.lacuna.topology.inputs.InputStoppedException;
import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.EngineFailedException;
import dev.lacuna.topology.process.WorkerMetrics;
import dev.lacuna.topology.store.StoreFormatException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FailurePolicyTest {
  private List<String> missing = List.of();
  private final AtomicLong nanos = new AtomicLong();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FailurePolicy policy =
      new FailurePolicy(
          2,
          Duration.ofMinutes(5),
          nanos::get,
          new WorkerMetrics(registry, new AcceptedCounts(TestParts.TOPICS.requests())),
          new Topics());

  private final class Topics implements FailurePolicy.InputTopics {
    @Override
    public List<String> awaitMissing() {
      return missing;
    }

    @Override
    public List<String> problems() {
      return List.of();
    }
  }

  static Stream<Throwable> hopeless() {
    return Stream.of(
        new EngineFailedException(new IllegalStateException("device lost")),
        new StoreFormatException("version 9"),
        new OffsetOutOfRangeException(Map.of(new TopicPartition("requests", 0), 5L)),
        new InputStoppedException("retention", null),
        new OutOfMemoryError("heap"));
  }

  @ParameterizedTest
  @MethodSource("hopeless")
  void shouldShutDownAtOnceWhenNoThreadWouldDoBetter(Throwable cause) {
    StreamsException thrown = new StreamsException("in process", cause);

    assertThat(policy.handle(thrown)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.failure()).containsSame(thrown);
  }

  @Test
  void shouldShutDownWhenReplacementsPileUp() {
    RuntimeException fault = new StreamsException("broker");
    assertThat(policy.handle(fault)).isEqualTo(REPLACE_THREAD);
    assertThat(policy.handle(fault)).isEqualTo(REPLACE_THREAD);
    assertThat(policy.failure()).isEmpty();
    assertThat(policy.handle(fault)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.failure()).containsSame(fault);
    assertThat(registry.get("lacuna.threads.replaced").counter().count()).isEqualTo(2);
  }

  @Test
  void shouldReplaceAgainWhenTheWindowHasPassed() {
    RuntimeException fault = new StreamsException("broker");
    policy.handle(fault);
    policy.handle(fault);
    nanos.set(Duration.ofMinutes(5).plusSeconds(1).toNanos());

    assertThat(policy.handle(fault)).isEqualTo(REPLACE_THREAD);
  }

  @Test
  void shouldBeginAgainWithoutCountingWhenATopicWasMadeAgain() {
    RuntimeException remade = new StreamsException(new InputRemadeException("made again"));
    for (int i = 0; i < 9; i++) {
      assertThat(policy.handle(remade)).isEqualTo(REPLACE_THREAD);
    }
    RuntimeException fault = new StreamsException("broker");
    assertThat(policy.handle(fault)).isEqualTo(REPLACE_THREAD);
    assertThat(policy.handle(fault)).isEqualTo(REPLACE_THREAD);
    assertThat(policy.failure()).isEmpty();
  }

  @Test
  void shouldGoOnOnlyIfTheMissingTopicComesBack() {
    RuntimeException gone = new StreamsException(new MissingSourceTopicException("requests"));
    assertThat(policy.handle(gone)).isEqualTo(REPLACE_THREAD);
    missing = List.of("requests");
    assertThat(policy.handle(gone)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.failure()).containsSame(gone);
  }
}
