package dev.lacuna.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.status.WarnStatus;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JsonLogEncoderTest {

  private final LoggerContext context = new LoggerContext();
  private final Logger logger = context.getLogger("dev.lacuna.Some");
  private final JsonLogEncoder encoder = new JsonLogEncoder();

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    encoder.setContext(context);
    encoder.start();
  }

  @Test
  void shouldGivePairsKeysOfTheirOwn() throws Exception {
    encoder.identify("w-1", "app");
    JsonNode line =
        line("the {} began topic={} count={} done={} level={}", "worker", "a b", 7L, true, "x");
    assertThat(line.get("timestamp").asText()).isEqualTo("2026-01-02T03:04:05.006Z");
    assertThat(line.get("level").asText()).isEqualTo("INFO");
    assertThat(line.get("logger").asText()).isEqualTo("dev.lacuna.Some");
    assertThat(line.get("worker").asText()).isEqualTo("w-1");
    assertThat(line.get("application").asText()).isEqualTo("app");
    assertThat(line.get("message").asText()).isEqualTo("the worker began");
    assertThat(line.get("topic").asText()).isEqualTo("a b");
    assertThat(line.get("count").isIntegralNumber()).isTrue();
    assertThat(line.get("count").asLong()).isEqualTo(7);
    assertThat(line.get("done").asBoolean()).isTrue();
    assertThat(line.get("level_").asText()).isEqualTo("x");
  }

  @Test
  void shouldKeepPairsInTheMiddleOfAMessageToo() throws Exception {
    JsonNode line = line("topic={} is gone", "t");
    assertThat(line.get("message").asText()).isEqualTo("topic=t is gone");
    assertThat(line.get("topic").asText()).isEqualTo("t");
    JsonNode parts = line("ready millis={} {}", 9, "jvm=4 models=5");
    assertThat(parts.get("message").asText()).isEqualTo("ready");
    assertThat(parts.get("models").asInt()).isEqualTo(5);
    assertThat(line("it ended code={} {}", 1, "so there").get("message").asText())
        .isEqualTo("it ended code=1 so there");
    assertThat(line("a message {} left alone").get("message").asText())
        .isEqualTo("a message {} left alone");
  }

  @Test
  void shouldBeOneLineWhateverIsThrownOrSaid() throws Exception {
    Exception thrown =
        new IllegalStateException("first\nsecond \"quoted\" \u0000", new RuntimeException("cause"));
    JsonNode line = line("it failed:\n{} code={}", "why", 3, thrown);
    assertThat(line.get("message").asText()).isEqualTo("it failed:\nwhy");
    assertThat(line.get("code").asInt()).isEqualTo(3);
    assertThat(line.get("exception").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(line.get("stackTrace").asText())
        .contains("second \"quoted\"")
        .contains("Caused by: java.lang.RuntimeException: cause")
        .contains("JsonLogEncoderTest");
  }

  @Test
  void shouldTellOfLogbackItself() throws Exception {
    JsonNode line = parsed(encoder.encode(new WarnStatus("something is odd", this)));
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.get("message").asText()).isEqualTo("something is odd");
  }

  private JsonNode line(String message, Object... values) throws Exception {
    LoggingEvent event = new LoggingEvent("fqcn", logger, Level.INFO, message, null, values);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.006789Z"));
    event.setThreadName("main");
    return parsed(encoder.encode(event));
  }

  private static JsonNode parsed(byte[] bytes) throws Exception {
    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(1);
    return new ObjectMapper().readTree(lines.get(0));
  }
}
