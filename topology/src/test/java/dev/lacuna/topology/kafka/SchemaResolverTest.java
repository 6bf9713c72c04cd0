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
