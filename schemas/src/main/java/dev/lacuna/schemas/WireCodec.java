package dev.lacuna.schemas;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dev.lacuna.schemas.fields.FieldFault;
import dev.lacuna.schemas.fields.InstantUnit;
import dev.lacuna.wire.GenerationRequest;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.confluent.kafka.serializers.KafkaAvroSerializerConfig;
import io.confluent.kafka.serializers.subject.TopicNameStrategy;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * Confluent's serializer and deserializer over schemas in memory: the framing is one zero byte, the
 * schema id as four bytes big-endian, then Avro binary.
 *
 * <p>Threading: any thread may call any method; none blocks.
 */
final class WireCodec implements AutoCloseable {

  private static final int FRAME_BYTES = 5;

  /**
   * Schemas kept. Random ids name any schema of a registry that others share; one that is dropped
   * is asked for again.
   */
  static final int WRITERS_MAX = 1000;

  private final OfflineRegistry registry = new OfflineRegistry();
  private final Map<Integer, WriterSchema> writers;
  private final KafkaAvroSerializer serializer;
  private final KafkaAvroDeserializer deserializer;

  WireCodec(RegistrySettings settings) {
    Cache<Integer, WriterSchema> bounded =
        CacheBuilder.newBuilder().maximumSize(WRITERS_MAX).build();
    writers = bounded.asMap();
    Map<String, Object> config = new HashMap<>(settings.clientConfig());
    // Fixed, whatever the user's settings say: they are the wire contract.
    config.put(KafkaAvroSerializerConfig.AUTO_REGISTER_SCHEMAS, false);
    config.put(KafkaAvroSerializerConfig.USE_LATEST_VERSION, false);
    config.put(KafkaAvroSerializerConfig.USE_SCHEMA_ID, -1);
    config.put(KafkaAvroSerializerConfig.AVRO_REMOVE_JAVA_PROPS_CONFIG, true);
    config.put(
        KafkaAvroSerializerConfig.VALUE_SUBJECT_NAME_STRATEGY, TopicNameStrategy.class.getName());
    config.put(KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG, true);
    serializer = new KafkaAvroSerializer(registry.client());
    serializer.configure(config, false);
    deserializer = new KafkaAvroDeserializer(registry.client());
    deserializer.configure(config, false);
  }

  /** Whether records of this schema id can be judged without the registry. */
  boolean knows(int schemaId) {
    return writers.containsKey(schemaId);
  }

  /** Takes a schema that the registry gave. */
  void learn(int schemaId, AvroSchema schema) {
    writers.put(schemaId, WriterSchema.of(schema));
  }

  /** Takes that the registry has this id for something that none of our records is read by. */
  void learnForeign(int schemaId, String fault) {
    writers.put(schemaId, WriterSchema.foreign(fault));
  }

  /** Whether the id is known under which a record kind is written to a topic. */
  boolean writes(RecordKind<?> kind, String topic) {
    return registry.writes(RecordKind.subject(topic), kind.published());
  }

  /** Takes the id under which a record kind is written to a topic. */
  void learnToWrite(RecordKind<?> kind, String topic, int schemaId) {
    registry.putWritten(RecordKind.subject(topic), kind.published(), schemaId);
  }

  /**
   * Encodes a record.
   *
   * @throws IllegalStateException if the id of its schema was not looked up before
   * @throws org.apache.kafka.common.errors.SerializationException if a field without default is
   *     null
   */
  byte[] encode(String topic, SpecificRecord value) {
    return serializer.serialize(topic, value);
  }

  /** Decodes a record's value, whatever its bytes are. */
  <T extends SpecificRecord> Decoding<T> decode(RecordKind<T> kind, String topic, byte[] value) {
    Objects.requireNonNull(value, "a tombstone has no value to decode");
    if (value.length < FRAME_BYTES || value[0] != 0) {
      return undecodable(DecodeErrors.NO_MAGIC_BYTE, frameFault(value));
    }
    int schemaId = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
    if (schemaId < 0) {
      return undecodable(
          DecodeErrors.UNKNOWN_SCHEMA,
          "schema id " + schemaId + " is negative: no registry has it");
    }
    WriterSchema writer = writers.get(schemaId);
    if (writer == null) {
      return new Decoding.SchemaNeeded<>(schemaId);
    }
    String foreign = writer.faults().get(kind);
    if (foreign != null) {
      return undecodable(DecodeErrors.FOREIGN_SCHEMA, "schema id " + schemaId + ": " + foreign);
    }
    AvroSchema schema = writer.schema().orElseThrow();
    Optional<String> fault = AvroScan.fault(schema.rawSchema(), value, FRAME_BYTES);
    return fault.isPresent()
        ? undecodable(DecodeErrors.MALFORMED_AVRO, "schema id " + schemaId + ": " + fault.get())
        : deserialize(kind, writer, topic, value);
  }

  private <T extends SpecificRecord> Decoding<T> deserialize(
      RecordKind<T> kind, WriterSchema writer, String topic, byte[] value) {
    AvroSchema schema = writer.schema().orElseThrow();
    boolean partly = writer.partly().contains(kind);
    try {
      Object decoded =
          registry.reading(
              schema, () -> deserializer.deserialize(topic, value, kind.readerSchema()));
      return new Decoding.Decoded<>(kind.type().cast(decoded), setDeadline(decoded, writer));
    } catch (StackOverflowError tooDeep) {
      return undecodable(DecodeErrors.MALFORMED_AVRO, "its schema is nested too deeply to be read");
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String message = String.valueOf(cause.getMessage());
      return partly
          ? undecodable(
              DecodeErrors.FOREIGN_SCHEMA,
              "it uses a union branch or enum symbol of its writer's own: " + message)
          : undecodable(DecodeErrors.MALFORMED_AVRO, message);
    }
  }

  /** Reads a request's deadline as its writer meant it; what is wrong with it, if something is. */
  private static Optional<FieldFault> setDeadline(Object decoded, WriterSchema writer) {
    if (!(decoded instanceof GenerationRequest request) || request.getDeadline() == null) {
      return Optional.empty();
    }
    InstantUnit.Reading reading =
        writer.deadline().read(WriterSchema.DEADLINE, request.getDeadline());
    request.setDeadline(reading.instant());
    return reading.fault();
  }

  private static String frameFault(byte[] value) {
    return value.length < FRAME_BYTES
        ? "the value has " + value.length + " bytes, the framing alone takes " + FRAME_BYTES
        : "the value begins with byte " + value[0] + " where the schema registry's framing has 0";
  }

  private static <T> Decoding<T> undecodable(String code, String message) {
    return new Decoding.Undecodable<>(code, message);
  }

  @Override
  public void close() {
    serializer.close();
    deserializer.close();
  }
}
