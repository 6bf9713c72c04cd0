package dev.lacuna.worker.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFoldersTest {

  @TempDir private Path folder;

  private List<String> problemsWith(String... files) throws IOException {
    Path own = Files.createTempDirectory(folder, "model");
    for (String file : files) {
      Files.createFile(own.resolve(file));
    }
    return ModelFolders.problems(Map.of("m", own));
  }

  @Test
  void shouldAcceptTheFolderWhenItIsShardedOrFromLitGpt() throws IOException {
    String index = "model.safetensors.index.json";
    assertThat(problemsWith("config.json", "model.safetensors", "tokenizer.json")).isEmpty();
    assertThat(problemsWith("config.json", index, "tokenizer.json")).isEmpty();
    assertThat(problemsWith("lit_config.json", "model.safetensors", "tokenizer.json")).isEmpty();
  }

  @Test
  void shouldNameWhatIsMissingWhenAFolderIsIncomplete() throws IOException {
    assertThat(problemsWith("lit_config.json").get(0))
        .endsWith("has no readable model.safetensors, tokenizer.json");
    assertThat(problemsWith("model.safetensors").get(0))
        .endsWith("has no readable config.json, tokenizer.json");
  }

  @Test
  void shouldSaySoWhenThereIsNeitherAFolderNorAnImportedModel() {
    assertThatThrownBy(() -> ModelFolders.resolve("no-such-model"))
        .hasMessageContaining("no such folder, and no imported model of this name");
    assertThatThrownBy(() -> ModelFolders.resolve(folder.resolve("absent").toString()))
        .hasMessageEndingWith("no such folder");
  }
}
