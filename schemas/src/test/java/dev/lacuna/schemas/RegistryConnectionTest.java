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
import org.junit.jupiter.params.provider.ValueSource;

/** What a registry's answers mean, over real HTTP. */
final class RegistryConnectionTest {

  private static final String NOT_FOUND = "{\"error_code\":40403,\"message\":\"Schema not found\"}";
  private static final String STRING_SCHEMA = "{\"schema\":\"\\\"string\\\"\"}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "404 | {\"error_code\":40403,\"message\":\"Schema not found\"} | Unknown",
        "404 | {\"error_code\":40401,\"message\":\"Subject not found\"} | Unknown",
        "404 | {\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}  | Unavailable",
        "404 | {\"error_code\":50005,\"message\":\"no\"}                | Unavailable",
        "404 | {\"error_code\":40400}                                    | Unavailable",
        "404 | {}                                                        | Unavailable",
        "404 | <html>no such page</html>                                   | Unavailable",
        "404 | ``                                                        | Unavailable",
        "410 | {\"error_code\":40403,\"message\":\"Schema not found\"} | Unavailable",
        "400 | {\"error_code\":400}                                      | Unavailable",
        "401 | {\"error_code\":401,\"message\":\"Unauthorized\"}           | Unavailable",
        "403 | {\"error_code\":40301,\"message\":\"Forbidden\"}            | Unavailable",
        "429 | {\"error_code\":42901,\"message\":\"slow down\"}            | Unavailable",
        "500 | {\"error_code\":50001,\"message\":\"store\"}                | Unavailable",
        "502 | <html>bad gateway</html>                                  | Unavailable",
        "503 | busy                                                        | Unavailable",
        "302 | <html>over there</html>                                   | Unavailable",
        "200 | {\"schema\":\"{no schema\"}                                 | Unknown",
        "200 | <html>log in first</html>                                   | Unavailable",
        "200 | {}                                                        | Unavailable",
        "200 | {\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\"}   | Cached",
        "200 | {\"schema\":\"\\\"string\\\"\"}                               | Cached",
      })
  void shouldBelieveOnlyARegistrysOwnWord(int status, String body, String outcome)
      throws IOException {
    try (FakeRegistry registry = new FakeRegistry(status, body);
        RegistryWireFormat worker = open(registry, Map.of())) {
      assertThat(worker.fetchSchema(7).getClass().getSimpleName()).isEqualTo(outcome);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, 'have they expired, or not the right? Renew schema.registry.basic.auth.user.info'",
    "403, 'refuses the credentials with status 403'",
    "404, 'a gateway before it, or a wrong path in schema.registry.url'",
    "301, 'redirects with status 301: set schema.registry.url to where it leads'",
    "429, 'too many requests'",
    "502, 'answers 502'",
    "200, 'a gateway or a login page?'",
  })
  void shouldSayWhatAnAddressDidAndTheCure(int status, String clause) throws IOException {
    try (FakeRegistry registry = new FakeRegistry(status, "<html>\nno registry\n</html>");
        RegistryWireFormat worker = open(registry, Map.of())) {
      assertThat(worker.fetchSchema(7))
          .isInstanceOfSatisfying(
              SchemaFetch.Unavailable.class,
              away ->
                  assertThat(away.message())
                      .startsWith(registry.url() + " ")
                      .contains(clause)
                      .doesNotContain("\n"));
      assertThatThrownBy(() -> worker.warmUp(WireTopics.DEFAULTS))
          .isInstanceOf(SchemaSetupException.class)
          .hasMessageContaining(clause)
          .hasMessageNotContaining("lacuna schemas register");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"JSON", "PROTOBUF"})
  void shouldNameTheTypeOfASchemaThatIsNoAvro(String type) throws IOException {
    String body = "{\"schemaType\":\"" + type + "\",\"schema\":\"{}\"}";
    try (FakeRegistry registry = new FakeRegistry(200, body);
        RegistryWireFormat worker = open(registry, Map.of())) {
      assertThat(worker.fetchSchema(7)).isEqualTo(new SchemaFetch.Cached());
      assertThat(worker.decodeRequest("lacuna.requests", new byte[] {0, 0, 0, 0, 7, '{', '}'}))
          .isInstanceOfSatisfying(
              Decoding.Undecodable.class,
              bad -> {
                assertThat(bad.code()).isEqualTo(DecodeErrors.FOREIGN_SCHEMA);
                assertThat(bad.message())
                    .contains("schema id 7: it is of type " + type + ", and Avro is needed");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 401, 403, 404, 408, 429, 500, 502, 503, 504})
  void shouldAskTheNextAddressWhenOneGivesNoAnswerOfARegistry(int status) throws IOException {
    try (FakeRegistry broken = new FakeRegistry(status, "<html>gateway</html>");
        FakeRegistry sound = new FakeRegistry(200, STRING_SCHEMA);
        RegistryWireFormat worker = open(broken.url() + "," + sound.url(), Map.of())) {
      assertThat(worker.fetchSchema(7)).isEqualTo(new SchemaFetch.Cached());
      assertThat(worker.fetchSchema(8)).isEqualTo(new SchemaFetch.Cached());
      assertThat(broken.asked()).as("then the one that answers is asked first").hasSize(1);
      assertThat(sound.asked()).hasSize(2);
    }
  }

  @Test
  void shouldAskTheNextAddressWhenNobodyListensAtTheFirst() throws IOException {
    FakeRegistry dead = new FakeRegistry(200, STRING_SCHEMA);
    dead.close();
    try (FakeRegistry sound = new FakeRegistry(200, STRING_SCHEMA);
        RegistryWireFormat worker = open(dead.url() + "," + sound.url(), Map.of())) {
      assertThat(worker.fetchSchema(7)).isEqualTo(new SchemaFetch.Cached());
    }
  }

  @Test
  void shouldAskTheNextAddressWhenOneLagsAndBelieveTheFirstWhenTheNextIsBroken()
      throws IOException {
    try (FakeRegistry lagging = new FakeRegistry(404, NOT_FOUND);
        FakeRegistry broken = new FakeRegistry(502, "");
        FakeRegistry sound = new FakeRegistry(200, STRING_SCHEMA)) {
      try (RegistryWireFormat worker = open(lagging.url() + "," + sound.url(), Map.of())) {
        assertThat(worker.fetchSchema(7)).isEqualTo(new SchemaFetch.Cached());
      }
      try (RegistryWireFormat worker = open(lagging.url() + "," + broken.url(), Map.of())) {
        assertThat(worker.fetchSchema(7)).isInstanceOf(SchemaFetch.Unknown.class);
      }
    }
  }

  @Test
  void shouldRegisterAtTheNextAddressWhenOneIsBroken() throws IOException {
    try (FakeRegistry broken = new FakeRegistry(502, "");
        FakeRegistry refusing =
            new FakeRegistry(409, "{\"error_code\":409,\"message\":\"incompatible\"}");
        SchemaRegistration registration =
            SchemaRegistration.open(
                Map.of("schema.registry.url", broken.url() + "," + refusing.url()))) {
      assertThatThrownBy(() -> registration.register(WireTopics.DEFAULTS))
          .isInstanceOf(SchemaSetupException.class)
          .hasMessageContaining("incompatible")
          .hasMessageContaining("lacuna.requests-value");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nX-Endless: ",
        "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\n\r\n"
      })
  void shouldNotWaitLongerThanBothTimeoutsForAWholeAnswer(String head) throws Exception {
    try (SlowServer slow = new SlowServer(head);
        FakeRegistry sound = new FakeRegistry(200, STRING_SCHEMA)) {
      Map<String, String> timeouts =
          Map.of(
              "schema.registry.http.connect.timeout.ms", "300",
              "schema.registry.http.read.timeout.ms", "500");
      try (RegistryWireFormat worker = open(slow.url(), timeouts)) {
        for (int i = 0; i < 3; i++) {
          assertThat(worker.fetchSchema(7))
              .isInstanceOfSatisfying(
                  SchemaFetch.Unavailable.class,
                  away -> assertThat(away.message()).contains("no answer in time"));
        }
      }
      try (RegistryWireFormat worker = open(slow.url() + "," + sound.url(), timeouts)) {
        assertThat(worker.fetchSchema(7)).isEqualTo(new SchemaFetch.Cached());
      }
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
  void shouldAskEachTimeWhenTheSchemaIsUnknown() throws IOException {
    try (FakeRegistry registry = new FakeRegistry(404, NOT_FOUND);
        RegistryWireFormat worker = open(registry, Map.of())) {
      assertThat(worker.fetchSchema(7)).isInstanceOf(SchemaFetch.Unknown.class);
      assertThat(worker.fetchSchema(7)).isInstanceOf(SchemaFetch.Unknown.class);
      assertThat(registry.asked()).as("who asks decides how often").hasSize(2);
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
    return open(registry.url(), more);
  }

  private static RegistryWireFormat open(String urls, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("schema.registry.url", urls);
    return RegistryWireFormat.open(settings, false);
  }
}
