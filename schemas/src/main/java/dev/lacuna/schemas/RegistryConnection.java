package dev.lacuna.schemas;

import dev.lacuna.schemas.http.NoAnswerException;
import dev.lacuna.schemas.http.RegistryRest;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import io.confluent.kafka.schemaregistry.client.rest.entities.Schema;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaString;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
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

  private static final int REASON_CHARS_MAX = 600;
  private static final int HTTP_NOT_FOUND = 404;

  private final RegistrySettings settings;
  private final BoundedAvroProvider avro = new BoundedAvroProvider();

  /** Absent over a registry in memory, {@code mock://}. */
  private final Optional<RegistryRest> rest;

  private final SchemaRegistryClient client;
  private final WireCodec codec;

  RegistryConnection(RegistrySettings settings) {
    this.settings = settings;
    this.rest =
        MockSchemaRegistry.validateAndMaybeGetMockScope(settings.urls()) == null
            ? Optional.of(new RegistryRest(settings.urls(), settings.answerLimit()))
            : Optional.empty();
    this.client = rest.map(this::over).orElseGet(this::inMemory);
    this.codec = new WireCodec(settings);
  }

  private SchemaRegistryClient over(RegistryRest http) {
    return new CachedSchemaRegistryClient(
        http, CACHED_SCHEMAS_MAX, List.of(avro), settings.clientConfig(), settings.headers());
  }

  private SchemaRegistryClient inMemory() {
    return SchemaRegistryClientFactory.newClient(
        settings.urls(),
        CACHED_SCHEMAS_MAX,
        List.of(avro),
        settings.clientConfig(),
        settings.headers());
  }

  WireCodec codec() {
    return codec;
  }

  SchemaRegistryClient client() {
    return client;
  }

  /**
   * Gets a schema into memory; one that the registry has and that is none of ours is kept as such.
   */
  SchemaFetch fetch(int schemaId) {
    if (codec.knows(schemaId)) {
      return new SchemaFetch.Cached();
    }
    try {
      // Not by way of the client: it would hold other calls up, remember for long what there is
      // not, and keep to itself what is wrong with a schema.
      return rest.isPresent()
          ? learn(schemaId, rest.get().getId(schemaId))
          : learn(schemaId, client.getSchemaById(schemaId));
    } catch (RestClientException e) {
      return isNotFound(e)
          ? new SchemaFetch.Unknown(
              "the schema registry has no schema with id "
                  + schemaId
                  + ": its writer uses another registry, or the schema was deleted")
          : new SchemaFetch.Unavailable(describe(e));
    } catch (IOException | RuntimeException e) {
      return new SchemaFetch.Unavailable(describe(e));
    } catch (StackOverflowError tooDeep) {
      // Anybody may register a schema; one that no parser here can hold is none of ours.
      return foreign(schemaId, "it is nested too deeply to be read");
    }
  }

  private SchemaFetch learn(int schemaId, ParsedSchema schema) {
    if (!(schema instanceof AvroSchema ours)) {
      return ofType(schemaId, schema.schemaType());
    }
    codec.learn(schemaId, ours);
    return new SchemaFetch.Cached();
  }

  private SchemaFetch learn(int schemaId, SchemaString given) {
    String type = given.getSchemaType() == null ? AvroSchema.TYPE : given.getSchemaType();
    if (!type.equals(AvroSchema.TYPE)) {
      return ofType(schemaId, type);
    }
    String text = given.getSchemaString();
    if (text == null) {
      return new SchemaFetch.Unavailable("it gives schema id " + schemaId + " without a text");
    } else if (text.length() > BoundedAvroProvider.TEXT_CHARS_MAX) {
      return foreign(
          schemaId,
          "its text has "
              + text.length()
              + " characters, and up to "
              + BoundedAvroProvider.TEXT_CHARS_MAX
              + " are read");
    }
    try {
      Schema unparsed = new Schema(null, null, schemaId, given);
      return learn(schemaId, avro.parseSchemaOrElseThrow(unparsed, false, false));
    } catch (RuntimeException e) {
      return awayWithin(e)
          ? new SchemaFetch.Unavailable("a schema that it refers to: " + describe(e))
          : new SchemaFetch.Unknown(
              "the schema registry gives a schema with id "
                  + schemaId
                  + " that can't be read as Avro: "
                  + describe(e));
    }
  }

  private SchemaFetch ofType(int schemaId, String type) {
    return foreign(
        schemaId,
        "it is of type "
            + type
            + ", and Avro is needed: write the record with an Avro serializer and one of the"
            + " schemas under schemas/src/main/avro");
  }

  private SchemaFetch foreign(int schemaId, String fault) {
    codec.learnForeign(schemaId, fault);
    return new SchemaFetch.Cached();
  }

  /** Whether a parser failed because it could not ask for a schema that another refers to. */
  private static boolean awayWithin(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoAnswerException) {
        return true;
      }
    }
    return false;
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

  /** Takes the id under which this process has just registered a record kind. */
  void registered(RecordKind<?> kind, String topic, int id) {
    codec.learn(id, kind.published());
    codec.learnToWrite(kind, topic, id);
  }

  /** Looks up the id under which a record kind is written to a topic, if it is not known yet. */
  void prepareToWrite(RecordKind<?> kind, String topic) {
    if (codec.writes(kind, topic)) {
      return;
    }
    String subject = RecordKind.subject(topic);
    try {
      registered(kind, topic, lookUp(subject, kind.published()));
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
    return RegistryRest.withoutCredentials(String.join(",", settings.urls()));
  }

  /** Whether the registry says that it has no such thing; over HTTP only its own codes get here. */
  static boolean isNotFound(RestClientException e) {
    return e.getStatus() == HTTP_NOT_FOUND;
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
