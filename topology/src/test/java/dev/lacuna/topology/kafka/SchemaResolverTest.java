package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.fakes.Eventually;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SchemaResolverTest {
  private final Map<Integer, SchemaFetch> registry = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();
  private final SchemaResolver resolver =
      new SchemaResolver(this::fetch, Duration.ofMillis(2), nanos::get);

  private SchemaFetch fetch(int schemaId) {
    calls.incrementAndGet();
    SchemaFetch answer = registry.get(schemaId);
    if (answer == null) {
      throw new IllegalStateException("connection refused");
    }
    return answer;
  }

  @AfterEach
  void close() {
    resolver.close();
  }

  @Test
  void shouldNeverAnswerAtOnceAndAskTheRegistryOnce() {
    registry.put(7, new SchemaFetch.Cached());
    assertThat(resolver.ask(7)).isEmpty();
    Eventually.is(() -> resolver.ask(7).isPresent());

    assertThat(resolver.ask(7)).containsInstanceOf(SchemaFetch.Cached.class);
    assertThat(calls.get()).isEqualTo(1);
  }

  @Test
  void shouldCallASchemaUnknownWhenItIsNestedTooDeeply() {
    SchemaResolver deep =
        new SchemaResolver(
            id -> {
              throw new StackOverflowError();
            },
            Duration.ofMillis(2),
            nanos::get);
    try (deep) {
      assertThat(deep.ask(7)).isEmpty();
      Eventually.is(() -> deep.ask(7).isPresent());

      assertThat(deep.ask(7).get()).isInstanceOf(SchemaFetch.Unknown.class);
    }
  }

  @Test
  void shouldTryOneOfAllWaitingSchemasAtATimeWhileTheRegistryIsAway() {
    SchemaResolver patient = new SchemaResolver(this::fetch, Duration.ofDays(1), nanos::get);
    try (patient) {
      for (int id = 0; id < 1000; id++) {
        assertThat(patient.ask(id)).isEmpty();
      }
      Eventually.is(() -> calls.get() >= 1);
      for (int id = 0; id < 1000; id++) {
        assertThat(patient.ask(id)).isEmpty();
      }

      assertThat(calls.get()).as("not one for each record that waits").isEqualTo(1);
      assertThat(patient.open()).isEqualTo(1000);
    }
  }

  @Test
  void shouldAnswerAllThatWaitWhenTheRegistryIsBack() {
    for (int id = 0; id < 1000; id++) {
      assertThat(resolver.ask(id)).isEmpty();
    }
    Eventually.is(() -> calls.get() >= 3);
    for (int id = 0; id < 1000; id++) {
      registry.put(id, new SchemaFetch.Cached());
    }
    Eventually.is(() -> resolver.open() == 0);

    assertThat(resolver.ask(999)).containsInstanceOf(SchemaFetch.Cached.class);
  }

  @Test
  void shouldAnswerOthersWhenTheRegistryFailsToGiveOneSchema() {
    registry.put(666, new SchemaFetch.Unavailable("500"));
    assertThat(resolver.ask(666)).isEmpty();
    Eventually.is(() -> calls.get() >= 4);
    for (int id = 0; id < 20; id++) {
      registry.put(id, new SchemaFetch.Unknown("no schema"));
      int asked = id;
      assertThat(resolver.ask(asked)).isEmpty();
      Eventually.is(() -> resolver.ask(asked).isPresent());
    }

    assertThat(resolver.open()).isEqualTo(1);
  }

  @Test
  void shouldHoldABoundedNumberOfAnswersWhenIdsAreRandom() {
    SchemaResolver any =
        new SchemaResolver(
            id -> new SchemaFetch.Unknown("no schema"), Duration.ofMillis(2), nanos::get);
    try (any) {
      for (int id = 0; id < 30_000; id++) {
        assertThat(any.ask(id)).isEmpty();
      }
      Eventually.is(() -> any.open() == 0);

      assertThat(any.held()).isEqualTo(10_000);
    }
  }

  @Test
  void shouldAskAgainWhileTheRegistryFails() {
    registry.put(7, new SchemaFetch.Unavailable("503"));
    assertThat(resolver.ask(7)).isEmpty();
    Eventually.is(() -> calls.get() >= 3);
    assertThat(resolver.ask(7)).isEmpty();
    registry.remove(7); // now it throws
    int before = calls.get();
    Eventually.is(() -> calls.get() > before);
    registry.put(7, new SchemaFetch.Unknown("no schema 7"));
    Eventually.is(() -> resolver.ask(7).isPresent());

    assertThat(resolver.ask(7)).contains(new SchemaFetch.Unknown("no schema 7"));
  }

  @Test
  void shouldAskAnewWhenAnAnswerIsOld() {
    registry.put(7, new SchemaFetch.Unknown("no schema 7"));
    assertThat(resolver.ask(7)).isEmpty();
    Eventually.is(() -> resolver.ask(7).isPresent());
    registry.put(7, new SchemaFetch.Cached());
    nanos.set(Duration.ofSeconds(31).toNanos());
    assertThat(resolver.ask(7)).isEmpty();
    Eventually.is(() -> resolver.ask(7).isPresent());

    assertThat(resolver.ask(7)).containsInstanceOf(SchemaFetch.Cached.class);
    assertThat(calls.get()).isEqualTo(2);
  }
}
