package dev.lacuna.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RegistrySettingsTest {

  private static final String URL = "schema.registry.url";

  @Test
  void shouldReadSeveralAddresses() {
    assertThat(RegistrySettings.of(Map.of(URL, " http://a:1 ,http://b:2,")).urls())
        .containsExactly("http://a:1", "http://b:2");
  }

  @Test
  void shouldRefuseToDoWithoutAnAddress() {
    assertThatThrownBy(() -> RegistrySettings.of(Map.of(URL, " ,")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(URL);
  }

  @Test
  void shouldPassUnknownSettingsUnderBothNames() {
    assertThat(config(Map.of("schema.registry.some.new.setting", "x")))
        .containsEntry("some.new.setting", "x")
        .containsEntry("schema.registry.some.new.setting", "x");
  }

  @Test
  void shouldNotPassOtherSettings() {
    assertThat(config(Map.of("bootstrap.servers", "b:9092")))
        .doesNotContainKey("bootstrap.servers");
  }

  @Test
  void shouldVerifyHostNamesUnlessToldOtherwise() {
    String key = "schema.registry.ssl.endpoint.identification.algorithm";
    assertThat(config(Map.of())).containsEntry(key, "https");
    assertThat(config(Map.of(key, ""))).containsEntry(key, "");
  }

  @Test
  void shouldUseTheCredentialsThatAreGiven() {
    assertThat(config(Map.of("schema.registry.basic.auth.user.info", "a:b")))
        .containsEntry("basic.auth.credentials.source", "USER_INFO");
    assertThat(
            config(
                Map.of(
                    "schema.registry.basic.auth.user.info", "a:b",
                    "schema.registry.basic.auth.credentials.source", "SASL_INHERIT")))
        .containsEntry("basic.auth.credentials.source", "SASL_INHERIT");
    assertThat(config(Map.of())).doesNotContainKey("basic.auth.credentials.source");
  }

  @Test
  void shouldGiveNumbersTheTypesThatTheClientCastsTo() {
    assertThat(config(Map.of("schema.registry.missing.cache.size", "5")))
        .containsEntry("missing.cache.size", 5);
    assertThat(config(Map.of("schema.registry.missing.id.cache.ttl.sec", "30")))
        .containsEntry("missing.id.cache.ttl.sec", 30L);
    assertThatThrownBy(() -> config(Map.of("schema.registry.missing.cache.size", "five")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("schema.registry.missing.cache.size: a whole number is needed, found 'five'");
  }

  @Test
  void shouldRefuseTokenSourcesThatCannotLoad() {
    String key = "schema.registry.bearer.auth.credentials.source";
    assertThatThrownBy(() -> config(Map.of(key, "OAUTHBEARER")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("STATIC_TOKEN");
  }

  private static Map<String, Object> config(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put(URL, "http://a:1");
    return RegistrySettings.of(settings).clientConfig();
  }
}
