package dev.lacuna.topology.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.process.Budget;
import dev.lacuna.topology.process.TopologySettings.DeadlineRefusal;
import dev.lacuna.topology.process.TopologySettings.IntakeRules;
import dev.lacuna.topology.process.TopologySettings.Misplaced;
import dev.lacuna.topology.store.CompletedCodec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What forgetting ids costs: counted in keys read, whatever else the store holds. */
final class CompletedIdsTest {
  private static final Duration RETENTION = Duration.ofHours(1);
  private static final int MANY = 3_000;

  private final TestParts parts = new TestParts();
  private final KeyValueStore<byte[], byte[]> store = memory();
  private CompletedIds ids;
  private int keysRead;

  @BeforeEach
  void start() {
    parts.intake =
        new IntakeRules(
            DeadlineRefusal.OFF,
            false,
            RETENTION,
            Optional.empty(),
            Misplaced.ACCEPT,
            Duration.ofSeconds(30));
    ids = opened();
  }

  private static KeyValueStore<byte[], byte[]> memory() {
    Properties config = new Properties();
    config.put("application.id", "test");
    config.put("bootstrap.servers", "nowhere:1");
    MockProcessorContext<byte[], byte[]> context =
        new MockProcessorContext<>(
            config, new TaskId(0, 0), new java.io.File(System.getProperty("java.io.tmpdir")));
    KeyValueStore<byte[], byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("completed"), Serdes.ByteArray(), Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  private CompletedIds opened() {
    return new CompletedIds(parts.parts(), counted(store));
  }

  /** Counts what iterators hand out. */
  @SuppressWarnings("unchecked")
  private KeyValueStore<byte[], byte[]> counted(KeyValueStore<byte[], byte[]> of) {
    return (KeyValueStore<byte[], byte[]>) proxy(KeyValueStore.class, of);
  }

  private Object proxy(Class<?> face, Object of) {
    return Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {face},
        (proxy, method, arguments) -> {
          keysRead += method.getName().equals("next") ? 1 : 0;
          try {
            Object result = method.invoke(of, arguments);
            return result instanceof KeyValueIterator
                ? proxy(KeyValueIterator.class, result)
                : result;
          } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
          }
        });
  }

  private void remember(String prefix, int count) {
    for (int i = 0; i < count; i++) {
      ids.remember(prefix + i);
    }
  }

  private Budget ample() {
    return Budget.of(parts.clock, Duration.ofDays(1));
  }

  @Test
  void shouldReadNoMoreThanWhatHasPassedWhenItForgets() {
    remember("old-", MANY);
    parts.clock.advance(RETENTION.dividedBy(2));
    remember("young-", MANY);
    keysRead = 0;
    assertThat(ids.expire(ample())).as("nothing left over").isFalse();
    assertThat(keysRead).as("nothing has passed").isEqualTo(1);
    parts.clock.advance(RETENTION.dividedBy(2));
    keysRead = 0;
    ids.expire(ample());

    assertThat(keysRead).isEqualTo(MANY + 1);
    assertThat(ids.answeredMicros("old-7")).isEmpty();
    assertThat(ids.answeredMicros("young-7")).isPresent();
    assertThat(ids.isEmpty()).isFalse();
    parts.clock.advance(RETENTION);
    ids.expire(ample());
    assertThat(ids.isEmpty()).isTrue();
    assertThat(store.approximateNumEntries()).isZero();
  }

  @Test
  void shouldStopAndSaySoWhenTheBudgetIsSpent() {
    remember("old-", MANY);
    parts.clock.advance(RETENTION);
    parts.clock.costPerLook(Duration.ofSeconds(1));

    assertThat(ids.expire(Budget.of(parts.clock, Duration.ofSeconds(2))))
        .as("some is left")
        .isTrue();
    assertThat(store.approximateNumEntries()).isBetween(1L, 2L * MANY - 1);
    assertThat(ids.expire(ample())).isFalse();
    assertThat(store.approximateNumEntries()).isZero();
  }

  @Test
  void shouldReadOneKeyWhenItIsOpenedOverAStoreOfMany() {
    remember("old-", MANY);
    keysRead = 0;
    ids = opened();

    assertThat(keysRead).isZero();
    assertThat(ids.answeredMicros("old-" + (MANY - 1))).isPresent();
    parts.clock.advance(RETENTION);
    ids.expire(ample());
    assertThat(store.approximateNumEntries()).isZero();
  }

  @Test
  void shouldForgetAllWhenTheClockWentBackInBetween() {
    ids.remember("later");
    parts.clock.advance(RETENTION);
    ids.expire(ample());
    parts.clock.advance(RETENTION.multipliedBy(-2));
    ids.remember("earlier");
    assertThat(ids.answeredMicros("earlier")).isPresent();
    parts.clock.advance(RETENTION);
    ids.expire(ample());

    assertThat(store.approximateNumEntries()).isZero();
  }

  @Test
  void shouldHaveOneEntryInTheOrderOfTimeWhenAnIdIsAnsweredAgain() {
    ids.remember("r1");
    long first = ids.answeredMicros("r1").orElseThrow();
    parts.clock.advance(Duration.ofSeconds(1));
    ids.remember("r1");

    assertThat(store.get(CompletedCodec.timeKey(first, "r1"))).isNull();
    assertThat(ids.answeredMicros("r1")).hasValue(first + 1_000_000);
    assertThat(store.approximateNumEntries()).isEqualTo(2);
  }

  @Test
  void shouldNotRememberWhatCanBeNoId() {
    ids.remember("i".repeat(1025));

    assertThat(ids.isEmpty()).isTrue();
    assertThat(store.approximateNumEntries()).isZero();
  }
}
