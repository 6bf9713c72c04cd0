package dev.lacuna.topology.kafka;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What a client may need to do with a thing of the cluster, and how an operator grants it.
 *
 * @param operations all that are needed
 * @param name of the topic, group or transactional id
 * @param prefixed whether the name is the beginning of many
 */
public record Right(
    Set<AclOperation> operations, ResourceType type, String name, boolean prefixed) {

  private static final Pattern JAAS_USER = Pattern.compile("\\busername\\s*=\\s*\"([^\"]*)\"");

  /** Keeps the operations in Kafka's order. */
  public Right {
    operations = new TreeSet<>(operations);
  }

  /** A right on a topic. */
  public static Right onTopic(String topic, AclOperation... operations) {
    return new Right(Set.of(operations), ResourceType.TOPIC, topic, false);
  }

  /** The same thing with fewer operations. */
  public Right only(Set<AclOperation> some) {
    return new Right(some, type, name, prefixed);
  }

  /** Names the thing: {@code topic 'lacuna.control'}. */
  public String subject() {
    String kind = type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return prefixed
        ? "%ss that begin with '%s'".formatted(kind, name)
        : "%s '%s'".formatted(kind, name);
  }

  /**
   * Says that the right is missing, and the command that grants it.
   *
   * @param client the client's settings, for its principal and its brokers
   */
  public String missing(Map<String, ?> client) {
    String user = principal(client);
    return "%s may not %s %s: an operator grants it with 'kafka-acls.sh --bootstrap-server %s --add --allow-principal \"%s\" %s --%s \"%s\"%s'."
        .formatted(
            user,
            operations.stream().map(AclOperation::name).collect(Collectors.joining(", ")),
            subject(),
            servers(client),
            user,
            operations.stream()
                .map(operation -> "--operation " + flag(operation))
                .collect(Collectors.joining(" ")),
            type.name().toLowerCase(Locale.ROOT).replace('_', '-'),
            name,
            prefixed ? " --resource-pattern-type prefixed" : "");
  }

  /** Whether a cluster refused something because of a missing right. */
  public static boolean isDenial(Throwable failure) {
    return denial(failure).isPresent();
  }

  /** The refusal among the causes of a failure. */
  public static Optional<AuthorizationException> denial(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthorizationException denied) {
        return Optional.of(denied);
      }
    }
    return Optional.empty();
  }

  /**
   * Whom the brokers see, as far as a client can know: the user of its JAAS setting. With
   * certificates, tokens or Kerberos the brokers' own rules make the name.
   */
  static String principal(Map<String, ?> client) {
    Object protocol = client.get("security.protocol");
    boolean sasl =
        protocol != null && protocol.toString().toUpperCase(Locale.ROOT).startsWith("SASL");
    if (sasl) {
      Matcher user = JAAS_USER.matcher(String.valueOf(client.get("sasl.jaas.config")));
      return user.find() ? "User:" + user.group(1) : "User:<this client's>";
    }
    boolean tls = protocol != null && protocol.toString().equalsIgnoreCase("SSL");
    return tls ? "User:<this client's>" : "User:ANONYMOUS";
  }

  private static String servers(Map<String, ?> client) {
    Object servers = client.get("bootstrap.servers");
    return servers instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : String.valueOf(servers);
  }

  /** {@code DESCRIBE_CONFIGS} is {@code DescribeConfigs} on the command line. */
  private static String flag(AclOperation operation) {
    StringBuilder flag = new StringBuilder();
    for (String word : operation.name().split("_", -1)) {
      flag.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return flag.toString();
  }
}
