package dev.lacuna.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** House rules of the wire contract that Avro itself does not check. */
final class SchemaLintTest {

  @Test
  void shouldGiveEveryEnumADefaultSymbol() {
    List<Schema> enums =
        all().stream().filter(schema -> schema.getType() == Schema.Type.ENUM).toList();
    assertThat(enums).hasSizeGreaterThanOrEqualTo(4);
    assertThat(enums)
        .allSatisfy(
            schema -> assertThat(schema.getEnumDefault()).as(schema.toString()).isNotNull());
  }

  @Test
  void shouldHaveInstantsInMicroseconds() {
    int instants = 0;
    for (Schema.Field field : fields()) {
      boolean instant = field.name().endsWith("At") || field.name().equals("deadline");
      for (Schema branch : branches(field.schema())) {
        if (branch.getLogicalType() != null) {
          assertThat(branch.getLogicalType())
              .as(field.name())
              .isEqualTo(LogicalTypes.timestampMicros());
        }
        if (instant && branch.getType() != Schema.Type.NULL) {
          instants++;
          assertThat(branch.getLogicalType())
              .as(field.name())
              .isEqualTo(LogicalTypes.timestampMicros());
        }
      }
    }
    assertThat(instants).isEqualTo(4);
  }

  @Test
  void shouldNameTheUnitOfEveryOtherLong() {
    for (Schema.Field field : fields()) {
      for (Schema branch : branches(field.schema())) {
        if (branch.getType() == Schema.Type.LONG && branch.getLogicalType() == null) {
          assertThat(field.name()).matches(".*Micros|seed|batchSequence");
        }
      }
    }
  }

  @Test
  void shouldMakeNullTheDefaultOfEveryOptionalField() {
    for (Schema.Field field : fields()) {
      if (field.schema().isNullable()) {
        assertThat(field.schema().getTypes().get(0).getType())
            .as(field.name())
            .isEqualTo(Schema.Type.NULL);
        assertThat(field.hasDefaultValue()).as(field.name()).isTrue();
      }
    }
  }

  @Test
  void shouldMakeEveryUserDefinedTypeGoBackToOneNamespace() {
    for (Schema schema : all()) {
      if (schema.getType() == Schema.Type.RECORD || schema.getType() == Schema.Type.ENUM) {
        assertThat(schema.getNamespace()).isEqualTo("dev.lacuna.wire");
      }
    }
  }

  private static List<Schema.Field> fields() {
    List<Schema.Field> fields =
        all().stream()
            .filter(schema -> schema.getType() == Schema.Type.RECORD)
            .flatMap(schema -> schema.getFields().stream())
            .toList();
    assertThat(fields).hasSizeGreaterThan(60);
    return fields;
  }

  private static List<Schema> branches(Schema schema) {
    return schema.isUnion() ? schema.getTypes() : List.of(schema);
  }

  private static Set<Schema> all() {
    Set<Schema> found = new HashSet<>();
    RecordKind.ALL.forEach(kind -> collect(kind.published().rawSchema(), found));
    return found;
  }

  private static void collect(Schema schema, Set<Schema> found) {
    if (!found.add(schema)) {
      return;
    }
    List<Schema> parts = new ArrayList<>();
    switch (schema.getType()) {
      case RECORD -> schema.getFields().forEach(field -> parts.add(field.schema()));
      case ARRAY -> parts.add(schema.getElementType());
      case MAP -> parts.add(schema.getValueType());
      case UNION -> parts.addAll(schema.getTypes());
      default -> {}
    }
    parts.forEach(part -> collect(part, found));
  }
}
