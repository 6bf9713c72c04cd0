package dev.lacuna.worker.kafka;

import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/**
 * Says what settings have to do with a failure of Kafka's clients, whose own first sentence ({@code
 * Failed to create new KafkaAdminClient}) is the same for all causes.
 */
final class Diagnosis {
  private static final List<String> STORES = List.of("ssl.truststore", "ssl.keystore");

  private Diagnosis() {}

  /**
   * The cause and the cure in a sentence.
   *
   * @param settings of the client that failed
   */
  static String of(Throwable failure, Map<String, Object> settings) {
    List<String> messages = messages(failure);
    String all = String.join("\n", messages);
    if (all.contains("in the JAAS configuration")) {
      return "SASL needs a user: set kafka.sasl.jaas.config, for example"
          + " 'org.apache.kafka.common.security.plain.PlainLoginModule required username=\"…\""
          + " password=\"…\";', and kafka.sasl.mechanism (it is "
          + settings.getOrDefault("sasl.mechanism", "GSSAPI")
          + ")";
    }
    if (all.contains("o host name") || all.contains("resolvable bootstrap")) {
      return "no host name can be resolved; check bootstrap.servers: " + Addresses.tell(settings);
    }
    return store(failure, all, settings).orElseGet(() -> refusal(failure, messages, all));
  }

  private static Optional<String> store(
      Throwable failure, String all, Map<String, Object> settings) {
    for (String store : STORES) {
      String key = "kafka." + store + ".location";
      Object file = settings.get(store + ".location");
      if (file == null || !all.contains(file.toString())) {
        continue;
      }
      if (has(failure, NoSuchFileException.class) || has(failure, FileNotFoundException.class)) {
        return Optional.of("%s names no file: '%s' does not exist".formatted(key, file));
      }
      if (has(failure, AccessDeniedException.class)) {
        return Optional.of("%s: this user may not read '%s'".formatted(key, file));
      }
      if (all.contains("password was incorrect") || all.contains("password verification failed")) {
        return Optional.of("kafka.%s.password is not the password of '%s'".formatted(store, file));
      }
      return Optional.of(
          "%s: '%s' can't be read as %s (kafka.%s.type): %s"
              .formatted(
                  key,
                  file,
                  settings.getOrDefault(store + ".type", "JKS"),
                  store,
                  messages(failure).get(messages(failure).size() - 1)));
    }
    return Optional.empty();
  }

  private static String refusal(Throwable failure, List<String> messages, String all) {
    String last = messages.get(messages.size() - 1);
    if (has(failure, UnsupportedSaslMechanismException.class)) {
      return last + "; set kafka.sasl.mechanism to one that it has";
    }
    if (all.contains("request type") || all.contains("Unexpected handshake request")) {
      return last + "; the listener wants no SASL: check kafka.security.protocol";
    }
    if (has(failure, SaslAuthenticationException.class)) {
      return "user or password is wrong (kafka.sasl.jaas.config): " + last;
    }
    if (all.contains("PKIX path") || all.contains("unable to find valid certification path")) {
      return "its certificate is not trusted: kafka.ssl.truststore.location must name a store that"
          + " holds its authority: "
          + last;
    }
    if (all.contains("No subject alternative") || all.contains("No name matching")) {
      return "its certificate is for another name: use a name that it holds in bootstrap.servers"
          + " (or set kafka.ssl.endpoint.identification.algorithm): "
          + last;
    }
    if (all.contains("nrecognized SSL message")) {
      return "the port does not speak TLS: check kafka.security.protocol: " + last;
    }
    if (has(failure, SslAuthenticationException.class)) {
      return "the TLS handshake failed; a broker that asks for a certificate needs"
          + " kafka.ssl.keystore.location: "
          + last;
    }
    return last;
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** From the outermost, which says least, to the first cause. */
  private static List<String> messages(Throwable failure) {
    List<String> messages = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.add(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }
    return messages;
  }
}
