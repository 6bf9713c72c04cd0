package dev.lacuna.worker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceLinksTest {

  /** As a pod of Kubernetes 1.31 has them beside services of these names. */
  private static final Map<String, String> POD =
      Map.ofEntries(
          Map.entry("LACUNA_SERVICE_HOST", "10.96.12.7"),
          Map.entry("LACUNA_SERVICE_PORT", "8080"),
          Map.entry("LACUNA_SERVICE_PORT_HTTP", "8080"),
          Map.entry("LACUNA_PORT", "tcp://10.96.12.7:8080"),
          Map.entry("LACUNA_PORT_8080_TCP", "tcp://10.96.12.7:8080"),
          Map.entry("LACUNA_PORT_8080_TCP_PROTO", "tcp"),
          Map.entry("LACUNA_PORT_8080_TCP_PORT", "8080"),
          Map.entry("LACUNA_PORT_8080_TCP_ADDR", "10.96.12.7"),
          Map.entry("LACUNA_KAFKA_SERVICE_HOST", "fd00:10:96::1"),
          Map.entry("LACUNA_KAFKA_PORT", "tcp://[fd00:10:96::1]:9092"),
          Map.entry("LACUNA_SCHEMA_REGISTRY_PORT_53_UDP", "udp://10.96.12.8:53"),
          Map.entry("LACUNA_SCHEMA_REGISTRY_SERVICE_PORT", "8081"));

  @Test
  void shouldSetNothingWhenKubernetesSetsThem() {
    assertThat(ConfigSource.environment(POD).entries()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "LACUNA_PORT, 8080",
    "LACUNA_SERVICE_HOSTS, 10.0.0.1",
    "LACUNA_PORT_HTTP_TCP, tcp://10.0.0.1:80",
    "LACUNA_SLOT, 1",
  })
  void shouldNameTheVariableWhenItOnlyLooksLikeOne(String variable, String value) {
    ConfigReading read =
        ConfigReader.read(List.of(ConfigSource.environment(Map.of(variable, value))));
    assertThat(((ConfigReading.Invalid) read).problems())
        .singleElement()
        .asString()
        .contains(variable)
        .contains("unknown key");
  }

  @Test
  void shouldStillSetKeysWhenServicesAreThere() {
    Map<String, String> variables = new HashMap<>(POD);
    variables.put("LACUNA_SLOTS", "3");
    variables.put("LACUNA_KAFKA_SASL_MECHANISM", "PLAIN");
    assertThat(ConfigSource.environment(variables).entries())
        .isEqualTo(Map.of("slots", "3", "kafka.sasl.mechanism", "PLAIN"));
  }
}
