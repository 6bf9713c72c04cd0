package dev.lacuna.schemas;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection to a registry and the schemas that it has given so far.
 *
 * <p>Threading: any thread may call any method; all but {@link #codec} block for the client's
 * timeouts.
 */
final class RegistryConnection implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RegistryConnection.class);

  /** The codec keeps what is needed; the client's caches also keep what is not. */
  private static final int CACHED_SCHEMAS_MAX = 50;

  private static final int REASON_CHARS_MAX = 300;
  private static final int HTTP_NOT_FOUND = 404;

  /** Registry's own "subject", "version" and "schema not found", and the bare 404 of the mock. */
  private static final Set<Integer> NOT_FOUND_CODES = Set.of(404, 40401, 40402, 40403);

  private final RegistrySettings settings;
  private final SchemaRegistryClient client;
  private final WireCodec codec;

  RegistryConnection(RegistrySettings settings) {
    this.settings = settings;
    this.client =
        SchemaRegistryClientFactory.newClient(
            settings.urls(),
            CACHED_SCHEMAS_MAX,
            List.of(new BoundedAvroProvider()),
            settings.clientConfig(),
            settings.headers());
    this.codec = new WireCodec(settings);
  }

  WireCodec codec() {
    return codec;
  }

  SchemaRegistryClient client() {
    return client;
  }

  /** Gets a schema into memory. */
  SchemaFetch fetch(int schemaId) {
    if (codec.knows(schemaId)) {
      return new SchemaFetch.Cached();
    }
    try {
      ParsedSchema schema = client.getSchemaById(schemaId);
      if (!(schema instanceof AvroSchema avro)) {
        return new SchemaFetch.Unknown("schema id " + schemaId + " is no Avro schema");
      }
      codec.learn(schemaId, avro);
      return new SchemaFetch.Cached();
    } catch (RestClientException e) {
      return isNotFound(e)
          ? new SchemaFetch.Unknown("the registry has no schema with id " + schemaId)
          : new SchemaFetch.Unavailable(describe(e));
    } catch (IOException e) {
      return isUnreadable(e) ? unreadable(schemaId) : new SchemaFetch.Unavailable(describe(e));
    } catch (StackOverflowError tooDeep) {
      // Anybody may register a schema; one that no parser here can hold is none of ours.
      return unreadable(schemaId);
    } catch (RuntimeException e) {
      return new SchemaFetch.Unavailable(describe(e));
    }
  }

  private static SchemaFetch unreadable(int schemaId) {
    return new SchemaFetch.Unknown(
        "schema id "
            + schemaId
            + " is no Avro schema that a worker reads: its text may have "
            + BoundedAvroProvider.TEXT_CHARS_MAX
            + " characters");
  }

  /** Gets every registered version of a topic's subject into memory; none yet is fine. */
  void prefetch(String topic) {
    String subject = RecordKind.subject(topic);
    try {
      for (int version : client.getAllVersions(subject)) {
        SchemaMetadata found = client.getSchemaMetadata(subject, version);
        if (!(fetch(found.getId()) instanceof SchemaFetch.Cached)) {
          LOG.warn("a schema was not prefetched subject={} version={}", subject, version);
        }
      }
    } catch (RestClientException e) {
      if (!isNotFound(e)) {
        throw unreachable(e);
      }
      LOG.info("the registry has no schema yet subject={}", subject);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /** Looks up the id under which a record kind is written to a topic. */
  void prepareToWrite(RecordKind<?> kind, String topic) {
    String subject = RecordKind.subject(topic);
    try {
      int id = lookUp(subject, kind.published());
      codec.learn(id, kind.published());
      codec.learnToWrite(kind, topic, id);
    } catch (RestClientException e) {
      if (!isNotFound(e)) {
        throw unreachable(e);
      }
      throw new SchemaSetupException(
          ("subject %s: the schema registry at %s does not have this version's schema of %s; run"
                  + " 'lacuna schemas register' against it, or allow automatic registration")
              .formatted(subject, address(), kind),
          e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /**
   * By the schema as our client registers it, then by the registry's normal form: some registries
   * compare texts, and somebody may have registered the .avsc file as it is.
   */
  private int lookUp(String subject, AvroSchema schema) throws IOException, RestClientException {
    try {
      return client.getId(subject, schema, false);
    } catch (RestClientException e) {
      if (!isNotFound(e)) {
        throw e;
      }
      return client.getId(subject, schema, true);
    }
  }

  SchemaSetupException unreachable(Exception cause) {
    return new SchemaSetupException(
        "the schema registry at %s can't be used: %s; check %s and the credentials"
            .formatted(address(), describe(cause), RegistrySettings.URL),
        cause);
  }

  /** The addresses without credentials. */
  String address() {
    return String.join(",", settings.urls()).replaceAll("//[^/@,]*@", "//");
  }

  /** Whether the registry itself, and not a proxy before it, says that it has no such thing. */
  static boolean isNotFound(RestClientException e) {
    return e.getStatus() == HTTP_NOT_FOUND && NOT_FOUND_CODES.contains(e.getErrorCode());
  }

  /** Confluent's client tells a schema that its parser refuses from a failed call by this text. */
  private static boolean isUnreadable(IOException e) {
    return e.getMessage() != null && e.getMessage().startsWith("Invalid schema ");
  }

  private static String describe(Exception e) {
    String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return text.length() <= REASON_CHARS_MAX ? text : text.substring(0, REASON_CHARS_MAX) + "…";
  }

  @Override
  public void close() {
    codec.close();
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
