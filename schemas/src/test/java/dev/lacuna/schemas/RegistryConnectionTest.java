package dev.lacuna.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a registry's answers mean, over real HTTP. */
final class RegistryConnectionTest {

  private static final String STRING_SCHEMA = "{\"schema\":\"\\\"string\\\"\"}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "404 | {\"error_code\":40403,\"message\":\"Schema not found\"} | Unknown",
        "404 | <html>no such page</html>                                   | Unavailable",
        "401 | {\"error_code\":401,\"message\":\"Unauthorized\"}           | Unavailable",
        "403 | {\"error_code\":403,\"message\":\"Forbidden\"}              | Unavailable",
        "500 | {\"error_code\":50001,\"message\":\"store\"}                | Unavailable",
        "503 | busy                                                        | Unavailable",
        "200 | {\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\"}   | Unknown",
        "200 | {\"schema\":\"{no schema\"}                                 | Unknown",
        "200 | <html>log in first</html>                                   | Unavailable",
        "200 | {\"schema\":\"\\\"string\\\"\"}                               | Cached",
      })
  void shouldTellUnknownFromUnavailable(int status, String body, String outcome)
      throws IOException {
    try (FakeRegistry registry = new FakeRegistry(status, body);
        RegistryWireFormat worker = open(registry, Map.of())) {
      assertThat(worker.fetchSchema(7).getClass().getSimpleName()).isEqualTo(outcome);
    }
  }

  @Test
  void shouldBeUnavailableWhenNobodyListens() throws IOException {
    FakeRegistry registry = new FakeRegistry(200, STRING_SCHEMA);
    registry.close();
    try (RegistryWireFormat worker = open(registry, Map.of())) {
      assertThat(worker.fetchSchema(7)).isInstanceOf(SchemaFetch.Unavailable.class);
      assertThatThrownBy(() -> worker.warmUp(WireTopics.DEFAULTS))
          .isInstanceOf(SchemaSetupException.class)
          .hasMessageContaining(registry.url())
          .hasMessageContaining("schema.registry.url");
    }
  }

  @Test
  void shouldAskOnceWhenTheSchemaWasFetched() throws IOException {
    try (FakeRegistry registry = new FakeRegistry(200, STRING_SCHEMA);
        RegistryWireFormat worker = open(registry, Map.of())) {
      worker.fetchSchema(7);
      worker.fetchSchema(7);
      assertThat(registry.asked()).hasSize(1);
    }
  }

  @Test
  void shouldAskOnceWithinTheTimeToLiveWhenTheSchemaIsUnknown() throws IOException {
    String notFound = "{\"error_code\":40403,\"message\":\"Schema not found\"}";
    try (FakeRegistry registry = new FakeRegistry(404, notFound);
        RegistryWireFormat worker = open(registry, Map.of())) {
      assertThat(worker.fetchSchema(7)).isInstanceOf(SchemaFetch.Unknown.class);
      assertThat(worker.fetchSchema(7)).isInstanceOf(SchemaFetch.Unknown.class);
      assertThat(registry.asked()).hasSize(1);
    }
  }

  @Test
  void shouldSendTheUsersCredentialsAndHeaders() throws IOException {
    try (FakeRegistry registry = new FakeRegistry(200, STRING_SCHEMA);
        RegistryWireFormat worker =
            open(
                registry,
                Map.of(
                    "schema.registry.basic.auth.user.info", "ann:secret",
                    "schema.registry.request.header.X-Tenant", "docs"))) {
      worker.fetchSchema(7);
      Map<String, List<String>> headers = registry.asked().get(0).headers();
      String credentials =
          Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.UTF_8));
      assertThat(headers.get("Authorization")).containsExactly("Basic " + credentials);
      assertThat(headers.get("X-tenant")).containsExactly("docs");
    }
  }

  @Test
  void shouldSendTheUsersToken() throws IOException {
    try (FakeRegistry registry = new FakeRegistry(200, STRING_SCHEMA);
        RegistryWireFormat worker =
            open(registry, Map.of("schema.registry.bearer.auth.token", "t0ken"))) {
      worker.fetchSchema(7);
      assertThat(registry.asked().get(0).headers().get("Authorization"))
          .containsExactly("Bearer t0ken");
    }
  }

  @Test
  void shouldNotShowCredentialsOfTheAddressInErrors() throws IOException {
    FakeRegistry registry = new FakeRegistry(401, "{}");
    String url = registry.url().replace("http://", "http://ann:secret@");
    try (registry;
        RegistryWireFormat worker =
            RegistryWireFormat.open(Map.of("schema.registry.url", url), false)) {
      assertThatThrownBy(() -> worker.warmUp(WireTopics.DEFAULTS))
          .isInstanceOf(SchemaSetupException.class)
          .hasMessageContaining(registry.url())
          .hasMessageNotContaining("secret");
    }
  }

  private static RegistryWireFormat open(FakeRegistry registry, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("schema.registry.url", registry.url());
    return RegistryWireFormat.open(settings, false);
  }
}
