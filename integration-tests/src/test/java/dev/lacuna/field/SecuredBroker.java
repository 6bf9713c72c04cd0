package dev.lacuna.field;

import dev.lacuna.it.Topics;
import dev.lacuna.testbed.LocalBroker;
import dev.lacuna.testbed.LocalBroker.Listener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A broker with users and rights, and with a listener for each thing that can be wrong between a
 * client and a broker: SASL/PLAIN, TLS, and a plain one that sends its clients to where nobody is.
 * Who comes by the plain listener may do everything.
 */
final class SecuredBroker implements AutoCloseable {
  static final String USER = "worker";
  static final String STORE_PASSWORD = "secret-store";

  /** Where a broker says it is that isn't. */
  static final String NOWHERE = "127.0.0.1:9";

  final Admin admin;
  final Listener sasl = Listener.of("SECURED", "SASL_PLAINTEXT");
  final Listener tls = Listener.of("TLS", "SSL");
  final Listener lying = Listener.of("LYING", "PLAINTEXT").advertising(NOWHERE);
  private final Path keys;
  private final LocalBroker broker;

  private SecuredBroker(Path parent) throws Exception {
    keys = makeKeys(parent);
    broker = LocalBroker.start(parent, List.of(sasl, tls, lying), settings());
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  static SecuredBroker start(Path parent) throws Exception {
    return new SecuredBroker(parent);
  }

  private List<String> settings() {
    return List.of(
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users=User:ANONYMOUS",
        "allow.everyone.if.no.acl.found=false",
        "listener.name.secured.sasl.enabled.mechanisms=PLAIN",
        "listener.name.secured.plain.sasl.jaas.config="
            + "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " user_worker=\"secret\";",
        "listener.name.tls.ssl.keystore.location=" + keys,
        "listener.name.tls.ssl.keystore.password=" + STORE_PASSWORD,
        "listener.name.tls.ssl.key.password=" + STORE_PASSWORD);
  }

  private static Path makeKeys(Path parent) throws IOException, InterruptedException {
    Path keys = parent.resolve("broker.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                STORE_PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed: " + said);
    }
    return keys;
  }

  /** The plain listener. */
  String plain() {
    return broker.bootstrapServers();
  }

  /** A file with the broker's key, which a client can trust. */
  Path keys() {
    return keys;
  }

  /** Settings of a client that comes as the user by SASL. */
  static Map<String, String> asUser(String password) {
    return Map.of(
        "security.protocol", "SASL_PLAINTEXT",
        "sasl.mechanism", "PLAIN",
        "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
                + USER
                + "\" password=\""
                + password
                + "\";");
  }

  /** Creates the five topics with one partition each. */
  void createTopics(Topics topics) throws Exception {
    admin
        .createTopics(
            Stream.of(
                    topics.requests(),
                    topics.control(),
                    topics.completions(),
                    topics.timings(),
                    topics.deadLetters())
                .map(topic -> new NewTopic(topic, 1, (short) 1))
                .toList())
        .all()
        .get();
  }

  /** All that a worker needs, a name for each. */
  static Map<String, AclBinding> workerRights(Topics topics, String application) {
    Map<String, AclBinding> rights = new LinkedHashMap<>();
    topic(rights, topics.requests(), AclOperation.READ);
    topic(rights, topics.control(), AclOperation.READ, AclOperation.WRITE);
    topic(rights, topics.completions(), AclOperation.WRITE);
    topic(rights, topics.timings(), AclOperation.WRITE);
    topic(rights, topics.deadLetters(), AclOperation.WRITE);
    for (AclOperation operation :
        List.of(
            AclOperation.READ,
            AclOperation.WRITE,
            AclOperation.CREATE,
            AclOperation.DESCRIBE_CONFIGS)) {
      rights.put(
          operation + " changelogs",
          allow(ResourceType.TOPIC, application + "-", PatternType.PREFIXED, operation));
    }
    rights.put(
        "READ group",
        allow(ResourceType.GROUP, application, PatternType.LITERAL, AclOperation.READ));
    rights.put(
        "WRITE transactional ids",
        allow(
            ResourceType.TRANSACTIONAL_ID,
            application + "-",
            PatternType.PREFIXED,
            AclOperation.WRITE));
    return rights;
  }

  private static void topic(
      Map<String, AclBinding> rights, String topic, AclOperation... operations) {
    List<AclOperation> all = new ArrayList<>(List.of(operations));
    all.add(AclOperation.DESCRIBE_CONFIGS);
    for (AclOperation operation : all) {
      rights.put(
          operation + " " + topic,
          allow(ResourceType.TOPIC, topic, PatternType.LITERAL, operation));
    }
  }

  static AclBinding allow(
      ResourceType type, String name, PatternType pattern, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:" + USER, "*", operation, AclPermissionType.ALLOW));
  }

  void grant(Iterable<AclBinding> rights) throws Exception {
    List<AclBinding> all = new ArrayList<>();
    rights.forEach(all::add);
    admin.createAcls(all).all().get();
  }

  void revoke(AclBinding right) throws Exception {
    admin.deleteAcls(List.of(right.toFilter())).all().get();
  }

  @Override
  public void close() {
    admin.close();
    broker.close();
  }
}
