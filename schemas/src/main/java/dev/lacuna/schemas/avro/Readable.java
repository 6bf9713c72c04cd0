package dev.lacuna.schemas.avro;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * Whether some records of a writer's schema can be read, though not all: those that use no union
 * branch and no enum symbol that the reader lacks.
 *
 * <p>Avro's static rules (1.12) refuse such a schema whole. Its resolution at run time refuses the
 * records that use what is missing, but it takes a record of another name for one of ours if the
 * fields match. A schema where it would do so is refused here.
 *
 * <p>Threading: owned by one call.
 */
public final class Readable {

  private final Map<Schema, Set<Integer>> entered = new IdentityHashMap<>();

  private Readable() {}

  /**
   * Whether some records can be read.
   *
   * @param reader a record
   * @param writer a schema that Avro's static rules refuse
   */
  public static boolean partly(Schema reader, Schema writer) {
    return writer.getType() == Schema.Type.RECORD && new Readable().some(reader, writer);
  }

  private boolean some(Schema reader, Schema writer) {
    if (whole(reader, writer)) {
      return true;
    } else if (writer.getType() == Schema.Type.UNION) {
      return ofUnion(reader, writer.getTypes());
    } else if (reader.getType() == Schema.Type.UNION) {
      return Resolver.resolve(writer, reader) instanceof Resolver.ReaderUnion chosen
          && some(reader.getTypes().get(chosen.firstMatch), writer);
    } else if (reader.getType() != writer.getType()) {
      return false;
    }
    return switch (reader.getType()) {
      case RECORD -> SchemaCompatibility.schemaNameEquals(reader, writer) && fields(reader, writer);
      case ENUM ->
          SchemaCompatibility.schemaNameEquals(reader, writer)
              && writer.getEnumSymbols().stream().anyMatch(reader::hasEnumSymbol);
      case ARRAY -> some(reader.getElementType(), writer.getElementType());
      case MAP -> some(reader.getValueType(), writer.getValueType());
      default -> false;
    };
  }

  private static boolean whole(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }

  /** At least one branch can be read, and records of each of the others are refused. */
  private boolean ofUnion(Schema reader, List<Schema> branches) {
    boolean some = false;
    for (Schema branch : branches) {
      if (some(reader, branch)) {
        some = true;
      } else if (!(Resolver.resolve(branch, reader) instanceof Resolver.ErrorAction)) {
        return false; // it would be read as something that it is not
      }
    }
    return some;
  }

  private boolean fields(Schema reader, Schema writer) {
    Set<Integer> readers = entered.computeIfAbsent(writer, unseen -> new HashSet<>());
    if (!readers.add(System.identityHashCode(reader))) {
      return true; // a recursive schema: what it depends on is being looked at
    }
    for (Schema.Field field : reader.getFields()) {
      Schema.Field written = SchemaCompatibility.lookupWriterField(writer, field);
      if (written == null ? !field.hasDefaultValue() : !some(field.schema(), written.schema())) {
        return false;
      }
    }
    return true;
  }
}
