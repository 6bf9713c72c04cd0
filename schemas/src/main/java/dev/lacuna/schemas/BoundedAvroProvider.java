package dev.lacuna.schemas;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.SchemaProvider;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.rest.entities.Schema;
import java.util.Map;

/**
 * Parses Avro schemas up to a length. Anybody may register a schema, and the time that Avro 1.12
 * takes to parse one grows with the square of its named types: 0.6 MB of them took 13 s, 70 kB one.
 *
 * <p>Threading: any thread may call any method once it is configured.
 */
final class BoundedAvroProvider implements SchemaProvider {

  /** Ours have up to 8,000 characters. */
  static final int TEXT_CHARS_MAX = 65_536;

  private final AvroSchemaProvider avro = new AvroSchemaProvider();

  @Override
  public void configure(Map<String, ?> config) {
    avro.configure(config);
  }

  @Override
  public String schemaType() {
    return avro.schemaType();
  }

  /**
   * Parses a schema.
   *
   * @throws IllegalArgumentException if its text is longer than {@link #TEXT_CHARS_MAX} or no Avro
   */
  @Override
  public ParsedSchema parseSchemaOrElseThrow(Schema schema, boolean isNew, boolean normalize) {
    if (schema.getSchema() != null && schema.getSchema().length() > TEXT_CHARS_MAX) {
      throw new IllegalArgumentException(
          "a text of " + schema.getSchema().length() + " characters, up to " + TEXT_CHARS_MAX);
    }
    return avro.parseSchemaOrElseThrow(schema, isNew, normalize);
  }
}
