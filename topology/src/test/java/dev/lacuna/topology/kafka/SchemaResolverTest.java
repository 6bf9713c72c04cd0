package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.fakes.Eventually;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SchemaResolverTest {
  private final Map<Integer, SchemaFetch> registry = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();
  private final SchemaResolver resolver = resolver(this::fetch, Duration.ZERO);

  private SchemaResolver resolver(IntFunction<SchemaFetch> asked, Duration patience) {
    return new SchemaResolver(asked, Duration.ofMillis(2), patience, nanos::get);
  }

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
        resolver(
            id -> {
              throw new StackOverflowError();
            },
            Duration.ZERO);
    try (deep) {
      assertThat(deep.ask(7)).isEmpty();
      Eventually.is(() -> deep.ask(7).isPresent());

      assertThat(deep.ask(7).get()).isInstanceOf(SchemaFetch.Unknown.class);
    }
  }

  @Test
  void shouldTryOneOfAllWaitingSchemasAtATimeWhileTheRegistryIsAway() {
    SchemaResolver patient =
        new SchemaResolver(this::fetch, Duration.ofDays(1), Duration.ZERO, nanos::get);
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
    SchemaResolver any = resolver(id -> new SchemaFetch.Unknown("no schema"), Duration.ZERO);
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
    passes(Duration.ofSeconds(2));
    assertThat(resolver.ask(7)).isEmpty();
    Eventually.is(() -> resolver.ask(7).isPresent());

    assertThat(resolver.ask(7)).containsInstanceOf(SchemaFetch.Cached.class);
    assertThat(calls.get()).isEqualTo(2);
  }

  @Test
  void shouldAskAgainAndNotCallASchemaUnknownWhenAReplicaLags() {
    SchemaResolver patient = resolver(this::fetch, Duration.ofSeconds(30));
    try (patient) {
      registry.put(7, new SchemaFetch.Unknown("no schema 7"));
      assertThat(patient.ask(7)).isEmpty();
      for (int second = 1; second < 30; second++) {
        answers(2);
        assertThat(patient.ask(7)).as("after %d s", second).isEmpty();
        passes(Duration.ofSeconds(1));
      }
      registry.put(7, new SchemaFetch.Cached());
      Eventually.is(() -> patient.ask(7).isPresent());

      assertThat(patient.ask(7)).contains(new SchemaFetch.Cached());
      assertThat(patient.open()).isZero();
    }
  }

  @Test
  void shouldCallASchemaUnknownWhenTheRegistryHasSaidSoForTheWholePatience() {
    SchemaResolver patient = resolver(this::fetch, Duration.ofSeconds(30));
    try (patient) {
      comesToUnknown(patient);

      assertThat(patient.open()).isZero();
      int before = calls.get();
      assertThat(patient.ask(7)).contains(believed());
      assertThat(calls.get()).as("held for a moment").isEqualTo(before);
    }
  }

  @Test
  void shouldNeedOneMoreAnswerOnlyWhileTheRegistryGoesOnSayingThatThereIsNone() {
    SchemaResolver patient = resolver(this::fetch, Duration.ofSeconds(30));
    try (patient) {
      comesToUnknown(patient);
      for (int i = 0; i < 10; i++) {
        passes(Duration.ofSeconds(20));
        int before = calls.get();
        assertThat(patient.ask(7)).isEmpty();
        Eventually.is(() -> patient.ask(7).isPresent());
        assertThat(calls.get()).isEqualTo(before + 1);
      }
      registry.put(7, new SchemaFetch.Cached());
      passes(Duration.ofSeconds(2));
      assertThat(patient.ask(7)).as("never by an old answer").isEmpty();
      Eventually.is(() -> patient.ask(7).isPresent());
      assertThat(patient.ask(7)).contains(new SchemaFetch.Cached());
    }
  }

  @Test
  void shouldDoubtAnewWhenASchemaWasUnknownLongAgo() {
    SchemaResolver patient = resolver(this::fetch, Duration.ofSeconds(30));
    try (patient) {
      comesToUnknown(patient);
      passes(Duration.ofSeconds(31));
      assertThat(patient.ask(7)).isEmpty();
      answers(2);
      assertThat(patient.ask(7)).as("it may have been registered since").isEmpty();
    }
  }

  @Test
  void shouldNotCountTheTimeInWhichTheRegistryIsAway() {
    SchemaResolver patient = resolver(this::fetch, Duration.ofSeconds(30));
    try (patient) {
      registry.put(7, new SchemaFetch.Unknown("no schema 7"));
      assertThat(patient.ask(7)).isEmpty();
      answers(2);
      registry.put(7, new SchemaFetch.Unavailable("502"));
      answers(2);
      passes(Duration.ofHours(1));
      registry.put(7, new SchemaFetch.Unknown("no schema 7"));
      answers(3);

      assertThat(patient.ask(7)).as("an hour's outage is no hour of no").isEmpty();
    }
  }

  @Test
  void shouldAnswerOthersAtOnceWhileThousandsOfSchemasAreDoubted() {
    SchemaResolver patient = resolver(this::fetch, Duration.ofSeconds(30));
    try (patient) {
      for (int id = 0; id < 5_000; id++) {
        registry.put(id, new SchemaFetch.Unknown("no schema"));
        assertThat(patient.ask(id)).isEmpty();
      }
      registry.put(9_999, new SchemaFetch.Cached());
      assertThat(patient.ask(9_999)).isEmpty();
      Eventually.is(() -> patient.ask(9_999).isPresent());
      assertThat(patient.open()).isEqualTo(5_000);
      assertThat(calls.get()).as("each in its turn").isLessThan(12_000);
    }
  }

  /** Asks for schema 7 until the registry's no is believed. */
  private void comesToUnknown(SchemaResolver patient) {
    registry.put(7, new SchemaFetch.Unknown("no schema 7"));
    assertThat(patient.ask(7)).isEmpty();
    Eventually.is(
        () -> {
          passes(Duration.ofMillis(300));
          return patient.ask(7).isPresent();
        });
    assertThat(nanos.get()).isGreaterThanOrEqualTo(Duration.ofSeconds(30).toNanos());
    assertThat(patient.ask(7)).contains(believed());
  }

  private static SchemaFetch believed() {
    return new SchemaFetch.Unknown(
        "no schema 7 (it has said so for schema.unknown.retry.ms=30000)");
  }

  /** Waits for so many more answers: the last of them began after now. */
  private void answers(int more) {
    int enough = calls.get() + more;
    Eventually.is(() -> calls.get() >= enough);
  }

  private void passes(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
