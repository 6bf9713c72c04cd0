package dev.lacuna.schemas;

import dev.lacuna.wire.Control;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaUtils;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * One of the four records of the wire contract.
 *
 * @param <T> the generated class
 */
final class RecordKind<T extends SpecificRecord> {

  static final RecordKind<GenerationRequest> REQUEST =
      new RecordKind<>(GenerationRequest.class, new GenerationRequest());
  static final RecordKind<Control> CONTROL = new RecordKind<>(Control.class, new Control());
  static final RecordKind<GenerationCompletion> COMPLETION =
      new RecordKind<>(GenerationCompletion.class, new GenerationCompletion());
  static final RecordKind<StepTiming> TIMING = new RecordKind<>(StepTiming.class, new StepTiming());

  static final List<RecordKind<?>> ALL = List.of(REQUEST, CONTROL, COMPLETION, TIMING);

  private final Class<T> type;
  private final Schema readerSchema;
  private final AvroSchema published;

  private RecordKind(Class<T> type, T prototype) {
    this.type = type;
    this.readerSchema = prototype.getSchema();
    this.published = new AvroSchema(AvroSchemaUtils.getSchema(prototype, false, false, true));
  }

  /** The generated class. */
  Class<T> type() {
    return type;
  }

  /** Schema of the generated class: that of the .avsc file plus Java's string type. */
  Schema readerSchema() {
    return readerSchema;
  }

  /** The schema as the registry has it: exactly that of the .avsc file. */
  AvroSchema published() {
    return published;
  }

  String fullName() {
    return readerSchema.getFullName();
  }

  /** Subject of a topic's values under TopicNameStrategy. */
  static String subject(String topic) {
    return topic + "-value";
  }

  @Override
  public String toString() {
    return fullName();
  }
}
