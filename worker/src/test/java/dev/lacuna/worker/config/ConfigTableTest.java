package dev.lacuna.worker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConfigTableTest {

  private static final Path PAGE = Path.of("..", "docs", "CONFIGURATION.md");

  @Test
  void shouldMatchThePage() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(page).contains(ConfigTable.START, ConfigTable.END);
    assertThat(section(page))
        .as("regenerate with: ./lacuna config table --write docs/CONFIGURATION.md")
        .isEqualTo("\n" + ConfigTable.markdown());
  }

  @Test
  void shouldListEveryKeyOnce() {
    assertThat(ConfigTable.markdown().lines().filter(line -> line.startsWith("- **`")))
        .hasSize(ConfigKeys.all().size() + 2);
  }

  @Test
  void shouldReplaceOnlyWhatStandsBetweenTheMarkers() {
    String document = "a\n" + ConfigTable.START + "\nold\n" + ConfigTable.END + "\nb";

    assertThat(ConfigTable.replaceIn(document))
        .hasValue(
            "a\n" + ConfigTable.START + "\n" + ConfigTable.markdown() + ConfigTable.END + "\nb");
    assertThat(ConfigTable.replaceIn("no markers")).isEmpty();
  }

  @Test
  void shouldGiveEveryKeyANameAVariableAndHelpOfItsOwn() {
    Map<String, ConfigKey<?>> byVariable = new TreeMap<>();
    for (ConfigKey<?> key : ConfigKeys.all()) {
      assertThat(byVariable.put(key.environmentName(), key)).isNull();
      assertThat(key.help()).endsWith(".");
      assertThat(key.defaultValue().get()).as(key.name()).isNotNull();
    }
  }

  private static String section(String document) {
    return document.substring(
        document.indexOf(ConfigTable.START) + ConfigTable.START.length(),
        document.indexOf(ConfigTable.END));
  }
}
