package dev.lacuna.schemas;

import com.google.common.base.Ticker;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What the serializer and the deserializer see as their registry: memory, nothing else. It makes
 * "never blocks" a matter of construction, where Confluent's cached client would go to the network
 * at its first miss, and caches by subject what is the same for all subjects.
 *
 * <p>Threading: any thread may call any method.
 */
final class OfflineRegistry implements InvocationHandler {

  private final ThreadLocal<ParsedSchema> reading = new ThreadLocal<>();
  private final Map<Written, Integer> idsToWrite = new ConcurrentHashMap<>();

  /** A record as written under a subject. */
  private record Written(String subject, String recordName) {}

  /** This registry as Confluent's classes know it. */
  SchemaRegistryClient client() {
    return (SchemaRegistryClient)
        Proxy.newProxyInstance(
            OfflineRegistry.class.getClassLoader(),
            new Class<?>[] {SchemaRegistryClient.class},
            this);
  }

  /** Does something on this thread that reads a record of this schema, whatever its id. */
  <T> T reading(ParsedSchema schema, Supplier<T> work) {
    reading.set(schema);
    try {
      return work.get();
    } finally {
      reading.remove();
    }
  }

  void putWritten(String subject, ParsedSchema schema, int id) {
    idsToWrite.put(new Written(subject, schema.name()), id);
  }

  boolean writes(String subject, ParsedSchema schema) {
    return idsToWrite.containsKey(new Written(subject, schema.name()));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] args) {
    return switch (method.getName()) {
      case "getId" -> idToWrite((String) args[0], (ParsedSchema) args[1]);
      case "getSchemaBySubjectAndId" -> readSchema();
      case "ticker" -> Ticker.systemTicker();
      case "tenant" -> "default";
      case "close" -> null;
      case "toString" -> "registry in memory";
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> proxy == args[0];
      default ->
          throw new IllegalStateException(method.getName() + " would need the schema registry");
    };
  }

  private int idToWrite(String subject, ParsedSchema schema) {
    Integer id = idsToWrite.get(new Written(subject, schema.name()));
    if (id == null) {
      throw new IllegalStateException(
          "%s has no schema id under subject %s: warm up with this topic before writing to it"
              .formatted(schema.name(), subject));
    }
    return id;
  }

  private ParsedSchema readSchema() {
    ParsedSchema schema = reading.get();
    if (schema == null) {
      throw new IllegalStateException("no record is read on this thread");
    }
    return schema;
  }
}
