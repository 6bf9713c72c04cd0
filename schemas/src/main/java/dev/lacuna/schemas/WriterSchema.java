package dev.lacuna.schemas;

import dev.lacuna.schemas.avro.Readable;
import dev.lacuna.schemas.fields.InstantUnit;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;

/**
 * A schema of the registry, seen as the writer of our records.
 *
 * @param schema the schema; absent if it writes none of our records, so that a registry full of
 *     other people's schemas can't fill the memory
 * @param deadline what the number of a request's deadline counts
 * @param faults why a record kind can't be read from it; kinds that can are absent
 * @param partly kinds of which those records can be read that use no union branch and no enum
 *     symbol of the writer's own
 */
record WriterSchema(
    Optional<AvroSchema> schema,
    InstantUnit deadline,
    Map<RecordKind<?>, String> faults,
    Set<RecordKind<?>> partly) {

  /** The one instant that clients write. */
  static final String DEADLINE = "deadline";

  private static final int FAULT_CHARS_MAX = 200;

  static WriterSchema of(AvroSchema writer) {
    Map<RecordKind<?>, String> faults = new HashMap<>();
    Set<RecordKind<?>> partly = new HashSet<>();
    for (RecordKind<?> kind : RecordKind.ALL) {
      Optional<String> fault = fault(kind, writer.rawSchema());
      if (fault.isPresent() && Readable.partly(kind.readerSchema(), writer.rawSchema())) {
        partly.add(kind);
      } else {
        fault.ifPresent(text -> faults.put(kind, text));
      }
    }
    boolean ours = faults.size() < RecordKind.ALL.size();
    return new WriterSchema(
        ours ? Optional.of(writer) : Optional.empty(),
        InstantUnit.of(writer.rawSchema(), DEADLINE),
        Map.copyOf(faults),
        Set.copyOf(partly));
  }

  /** What the registry has and no record of ours is read by, with the reason. */
  static WriterSchema foreign(String fault) {
    return new WriterSchema(
        Optional.empty(),
        InstantUnit.NONE,
        RecordKind.ALL.stream().collect(Collectors.toMap(Function.identity(), kind -> fault)),
        Set.of());
  }

  /** Avro's static rules, which compare names too: a StepTiming has all fields of a Control. */
  private static Optional<String> fault(RecordKind<?> kind, Schema writer) {
    SchemaPairCompatibility pair =
        SchemaCompatibility.checkReaderWriterCompatibility(kind.readerSchema(), writer);
    if (pair.getType() == SchemaCompatibilityType.COMPATIBLE) {
      return Optional.empty();
    }
    String reasons =
        pair.getResult().getIncompatibilities().stream()
            .map(
                found -> found.getType() + " at " + found.getLocation() + ": " + found.getMessage())
            .collect(Collectors.joining("; "));
    String text = "schema " + writer.getFullName() + " can't be read as " + kind + ": " + reasons;
    return Optional.of(
        text.length() <= FAULT_CHARS_MAX ? text : text.substring(0, FAULT_CHARS_MAX) + "…");
  }
}
