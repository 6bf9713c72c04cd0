package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigReader;
import dev.lacuna.worker.config.ConfigReading;
import dev.lacuna.worker.config.ConfigSource;
import dev.lacuna.worker.kafka.BrokerProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a client from a broker is told with its cause, the key to set and the address. */
class DiagnosesIT {
  @TempDir static Path folder;
  private static SecuredBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = SecuredBroker.start(folder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private static Config config(String servers, Map<String, String> kafka) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("bootstrap.servers", servers);
    settings.put("kafka.default.api.timeout.ms", "2500"); // nothing here takes longer that works
    settings.put("kafka.request.timeout.ms", "2000");
    kafka.forEach((key, value) -> settings.put("kafka." + key, value));
    return ((ConfigReading.Loaded) ConfigReader.read(List.of(new ConfigSource("test", settings))))
        .config();
  }

  private static String failure(String servers, Map<String, String> kafka) {
    Config config = config(servers, kafka);
    try {
      BrokerProbe.requireAnswer(config);
      throw new AssertionError("a broker answered");
    } catch (RuntimeException failure) {
      return failure.getMessage();
    }
  }

  private static Map<String, String> tls(Path store, String password) {
    return Map.of(
        "security.protocol",
        "SSL",
        "ssl.truststore.location",
        store.toString(),
        "ssl.truststore.type",
        "PKCS12",
        "ssl.truststore.password",
        password);
  }

  @Test
  void shouldTellWhoseUserIsWrong() {
    assertThat(failure(broker.sasl.bootstrapServers(), SecuredBroker.asUser("wrong")))
        .contains("user or password is wrong (kafka.sasl.jaas.config)")
        .contains(broker.sasl.bootstrapServers());
    Map<String, String> nobody =
        Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN");
    assertThat(failure(broker.sasl.bootstrapServers(), nobody))
        .contains("SASL needs a user: set kafka.sasl.jaas.config")
        .contains("it is PLAIN");
    Map<String, String> mechanism = new LinkedHashMap<>(SecuredBroker.asUser("secret"));
    mechanism.put("sasl.mechanism", "SCRAM-SHA-256");
    mechanism.computeIfPresent(
        "sasl.jaas.config",
        (key, jaas) -> jaas.replace("plain.PlainLoginModule", "scram.ScramLoginModule"));
    assertThat(failure(broker.sasl.bootstrapServers(), mechanism))
        .contains("[PLAIN]")
        .contains("set kafka.sasl.mechanism");
  }

  @Test
  void shouldTellWhatTheListenerSpeaksWhenItIsSomethingElse() {
    assertThat(failure(broker.tls.bootstrapServers(), Map.of()))
        .contains("the listener speaks SSL, and kafka.security.protocol is PLAINTEXT");
    assertThat(failure(broker.sasl.bootstrapServers(), Map.of()))
        .contains("the listener speaks SASL_PLAINTEXT, and kafka.security.protocol is PLAINTEXT");
    assertThat(failure(broker.plain(), tls(broker.keys(), SecuredBroker.STORE_PASSWORD)))
        .contains("kafka.security.protocol");
    assertThat(failure(broker.plain(), SecuredBroker.asUser("secret")))
        .contains("kafka.security.protocol");
  }

  @Test
  void shouldTellWhichStoreOfCertificatesIsWrong() throws IOException {
    String servers = broker.tls.bootstrapServers();
    Path none = folder.resolve("none.p12");
    Path text = Files.writeString(folder.resolve("text.p12"), "no store");
    assertThat(failure(servers, tls(none, "x")))
        .contains("kafka.ssl.truststore.location names no file: '" + none + "' does not exist");
    assertThat(failure(servers, tls(broker.keys(), "wrong")))
        .contains("kafka.ssl.truststore.password is not the password of '" + broker.keys());
    assertThat(failure(servers, tls(text, "x"))).contains("'" + text + "' can't be read as PKCS12");
    assertThat(failure(servers, Map.of("security.protocol", "SSL")))
        .contains("its certificate is not trusted: kafka.ssl.truststore.location");
  }

  @Test
  void shouldTellWhereABrokerSendsItsClientsWhenNobodyIsThere() {
    assertThat(failure(broker.lying.bootstrapServers(), Map.of()))
        .contains(
            "the broker answers and sends its clients to "
                + SecuredBroker.NOWHERE
                + " (connection refused)")
        .contains("advertised.listeners");
  }

  @Test
  void shouldTellWhatEachAddressDidWhenNoneAnswers() throws IOException {
    int silentPort;
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      silentPort = silent.getLocalPort();
      assertThat(
              failure(
                  "127.0.0.1:9,[::1]:9,no-such-host.invalid:9,127.0.0.1:" + silentPort, Map.of()))
          .contains("127.0.0.1:9: connection refused")
          .contains("[::1]:9: ")
          .contains("no-such-host.invalid:9: the host name is unknown")
          .contains("127.0.0.1:" + silentPort + ": something listens and does not answer")
          .contains("within 2 s");
    }
    assertThat(failure("no-such-host.invalid:9", Map.of()))
        .contains("no-such-host.invalid:9: the host name is unknown");
  }

  @Test
  void shouldAnswerOnEveryListenerWithTheRightSettings() {
    BrokerProbe.requireAnswer(config(broker.plain(), Map.of()));
    BrokerProbe.requireAnswer(
        config(broker.sasl.bootstrapServers(), SecuredBroker.asUser("secret")));
    BrokerProbe.requireAnswer(
        config(broker.tls.bootstrapServers(), tls(broker.keys(), SecuredBroker.STORE_PASSWORD)));
    assertThatThrownBy(() -> failure(broker.plain(), Map.of())).hasMessage("a broker answered");
  }
}
