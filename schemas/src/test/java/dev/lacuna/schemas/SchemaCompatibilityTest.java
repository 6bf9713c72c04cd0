package dev.lacuna.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every record against its committed versions, see {@code history/README.md}. */
final class SchemaCompatibilityTest {

  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));

  @ParameterizedTest
  @ValueSource(strings = {"GenerationRequest", "Control", "GenerationCompletion", "StepTiming"})
  void shouldReadAndBeReadByEveryCommittedVersion(String record) {
    assertThat(conflicts(current(record), history(record))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GenerationRequest", "Control", "GenerationCompletion", "StepTiming"})
  void shouldHaveTheCurrentSchemaAsItsNewestCommittedVersion(String record) {
    List<Schema> versions = history(record);
    assertThat(current(record).toString(true))
        .as(
            "src/main/avro/%1$s.avsc changed: commit it as history/%1$s/v%2$d.avsc too",
            record, versions.size() + 1)
        .isEqualTo(versions.get(versions.size() - 1).toString(true));
  }

  @Test
  void shouldHaveAHistoryForEveryRecord() throws IOException {
    try (Stream<Path> files = Files.list(MODULE.resolve("src/main/avro"));
        Stream<Path> histories = Files.list(MODULE.resolve("history")).filter(Files::isDirectory)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".avsc", "")))
          .containsExactlyInAnyOrderElementsOf(
              histories.map(folder -> folder.getFileName().toString()).toList());
    }
    assertThat(RecordKind.ALL).hasSize(4);
  }

  @Test
  void shouldPublishExactlyTheSchemasOfTheFiles() {
    for (RecordKind<?> kind : RecordKind.ALL) {
      assertThat(kind.published().rawSchema().toString(true))
          .isEqualTo(current(kind.type().getSimpleName()).toString(true));
    }
  }

  /** The check itself: each of these edits of Control must be found. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          removed field without default | {"type":"record","name":"Control","namespace":"dev.lacuna.wire","fields":[]}
          added field without default   | {"type":"record","name":"Control","namespace":"dev.lacuna.wire","fields":[{"name":"id","type":"string"},{"name":"reason","type":"string"}]}
          changed type                  | {"type":"record","name":"Control","namespace":"dev.lacuna.wire","fields":[{"name":"id","type":"long"}]}
          renamed record                | {"type":"record","name":"Command","namespace":"dev.lacuna.wire","fields":[{"name":"id","type":"string"}]}
          """)
  void shouldFindABreakingEdit(String edit, String schema) {
    Schema edited = new Schema.Parser().parse(schema);
    assertThat(conflicts(edited, history("Control"))).as(edit).isNotEmpty();
  }

  @Test
  void shouldAllowAFieldWithDefault() {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : current("Control").getFields()) {
      fields.add(new Schema.Field(field, field.schema()));
    }
    fields.add(new Schema.Field("reason", Schema.create(Schema.Type.STRING), null, ""));
    Schema edited = Schema.createRecord("Control", null, "dev.lacuna.wire", false, fields);
    assertThat(conflicts(edited, history("Control"))).isEmpty();
  }

  private static List<String> conflicts(Schema current, List<Schema> earlier) {
    return IntStream.range(0, earlier.size())
        .boxed()
        .flatMap(
            i ->
                Stream.concat(
                    conflict(current, earlier.get(i), "current can't read v" + (i + 1)),
                    conflict(earlier.get(i), current, "v" + (i + 1) + " can't read current")))
        .toList();
  }

  private static Stream<String> conflict(Schema reader, Schema writer, String what) {
    var pair = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    return pair.getType() == SchemaCompatibilityType.COMPATIBLE
        ? Stream.of()
        : Stream.of(what + ": " + pair.getResult().getIncompatibilities());
  }

  private static Schema current(String record) {
    return parse(MODULE.resolve("src/main/avro/" + record + ".avsc"));
  }

  /** Versions in order; numbers without gaps. */
  private static List<Schema> history(String record) {
    List<Schema> versions = new ArrayList<>();
    Path folder = MODULE.resolve("history").resolve(record);
    Path file = folder.resolve("v1.avsc");
    while (Files.exists(file)) {
      versions.add(parse(file));
      file = folder.resolve("v" + (versions.size() + 1) + ".avsc");
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files)
          .as("versions of " + record + ", numbered without gaps")
          .hasSameSizeAs(versions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(versions).isNotEmpty();
    return versions;
  }

  private static Schema parse(Path file) {
    try {
      return new Schema.Parser().parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
