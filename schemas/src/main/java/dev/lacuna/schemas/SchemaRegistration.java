package dev.lacuna.schemas;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Registers the schemas of the wire contract under TopicNameStrategy subjects, each with
 * FULL_TRANSITIVE compatibility, since workers and readers upgrade in any order. Doing it again
 * changes nothing.
 */
public final class SchemaRegistration implements AutoCloseable {

  /** Every version can be read by, and can read, every other. */
  public static final String COMPATIBILITY = "FULL_TRANSITIVE";

  /** How long a schema that was just registered may be unknown when it is looked up. */
  private static final Duration LAG_MAX = Duration.ofSeconds(30);

  private static final Duration LAG_PAUSE = Duration.ofMillis(250);
  private static final int HTTP_CONFLICT = 409;
  private static final int HTTP_UNPROCESSABLE = 422;

  private final RegistryConnection connection;

  SchemaRegistration(RegistryConnection connection) {
    this.connection = connection;
  }

  /**
   * One subject as it is after registration.
   *
   * @param subject for example {@code lacuna.requests-value}
   * @param record full name of the record
   * @param id the registry's id, as it stands in the records' framing
   * @param version the subject's version that has this schema
   */
  public record Registered(String subject, String record, int id, int version) {

    /** One line for a person. */
    public String line() {
      return "%s  id %d  version %d  %s  %s".formatted(subject, id, version, record, COMPATIBILITY);
    }
  }

  /**
   * Opens a connection to a registry; no call yet.
   *
   * @param settings {@code schema.registry.*} settings, see {@link RegistrySettings}
   */
  public static SchemaRegistration open(Map<String, String> settings) {
    return new SchemaRegistration(new RegistryConnection(RegistrySettings.of(settings)));
  }

  /**
   * Registers all four schemas.
   *
   * @return the subjects in the order requests, control, completions, timings
   * @throws SchemaSetupException if the registry can't be used or refuses a schema
   */
  public List<Registered> register(WireTopics topics) {
    List<Registered> registered = new ArrayList<>();
    for (String topic : topics.requests()) {
      registered.add(register(RecordKind.REQUEST, topic));
    }
    registered.add(register(RecordKind.CONTROL, topics.control()));
    registered.add(register(RecordKind.COMPLETION, topics.completions()));
    registered.add(register(RecordKind.TIMING, topics.timings()));
    return List.copyOf(registered);
  }

  private Registered register(RecordKind<?> kind, String topic) {
    String subject = RecordKind.subject(topic);
    SchemaRegistryClient client = connection.client();
    try {
      client.updateCompatibility(subject, COMPATIBILITY);
      int id = client.register(subject, kind.published());
      connection.registered(kind, topic, id);
      int version = version(client, subject, kind);
      return new Registered(subject, kind.fullName(), id, version);
    } catch (RestClientException e) {
      boolean refused = e.getStatus() == HTTP_CONFLICT || e.getStatus() == HTTP_UNPROCESSABLE;
      throw refused ? refused(subject, kind, e) : connection.unreachable(e);
    } catch (IOException e) {
      throw connection.unreachable(e);
    }
  }

  /** Waits for a replica that lags behind the one that has registered the schema. */
  private static int version(SchemaRegistryClient client, String subject, RecordKind<?> kind)
      throws IOException, RestClientException {
    long end = System.nanoTime() + LAG_MAX.toNanos();
    while (true) {
      try {
        return client.getVersion(subject, kind.published());
      } catch (RestClientException e) {
        if (!RegistryConnection.isNotFound(e) || System.nanoTime() - end > 0) {
          throw e;
        }
        LockSupport.parkNanos(LAG_PAUSE.toNanos());
      }
    }
  }

  private SchemaSetupException refused(
      String subject, RecordKind<?> kind, RestClientException cause) {
    return new SchemaSetupException(
        ("subject %s: the schema registry at %s refuses the schema of %s (%s); a newer or foreign"
                + " schema stands under this subject: use the newest release, or another topic name")
            .formatted(subject, connection.address(), kind, cause.getMessage()),
        cause);
  }

  @Override
  public void close() {
    connection.close();
  }
}
