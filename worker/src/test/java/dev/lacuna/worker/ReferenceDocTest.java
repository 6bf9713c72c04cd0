package dev.lacuna.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.schemas.DecodeErrors;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.WorkerMetrics;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/REFERENCE.md names every code and metric, with the code's own words. */
class ReferenceDocTest {

  @Test
  void shouldExplainEveryCodeOfTheTopology() throws IOException {
    String reference = reference();
    ErrorCodes.meanings()
        .forEach(
            (code, meaning) ->
                assertThat(reference).contains("| `" + code + "` | " + meaning + " |"));
  }

  @Test
  void shouldExplainEveryMetric() throws IOException {
    String reference = reference();
    WorkerMetrics.help()
        .forEach(
            (name, help) -> assertThat(reference).contains("| `" + name + "` | " + help + " |"));
  }

  @ParameterizedTest
  @ValueSource(classes = {RefusalCodes.class, DecodeErrors.class, ErrorCodes.class})
  void shouldNameEveryCode(Class<?> codes) throws Exception {
    String reference = reference();
    int found = 0;
    for (Field field : codes.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
        assertThat(reference).contains("`" + field.get(null) + "`");
        found++;
      }
    }
    assertThat(found).isPositive();
  }

  private static String reference() throws IOException {
    return Files.readString(Path.of("..", "docs", "REFERENCE.md"));
  }
}
