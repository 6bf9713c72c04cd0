package dev.lacuna.worker.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.flight.FlightLogException;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.Configs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSetTest {
  private static final String GOOD = "good=../demo-model";

  @TempDir private Path folder;

  private Config config(String models) {
    return Configs.of(
        Map.of(
            "model.dir",
            models,
            "device",
            "cpu",
            "slots",
            "1",
            "state.dir",
            folder.resolve("state").toString()));
  }

  @Test
  void shouldRefuseAStateFolderThatAnotherWorkerUses() {
    try (ModelSet first = loaded(config(GOOD))) {
      assertThat(first.names()).containsExactly("good");
      assertThatThrownBy(() -> ModelSet.load(config(GOOD)))
          .isInstanceOf(FlightLogException.class)
          .hasMessageContaining("another worker uses this state folder");
    }
    loaded(config(GOOD)).close();
  }

  private static ModelSet loaded(Config config) {
    return ((Checked.Valid<ModelSet>) ModelSet.load(config)).value();
  }

  /** The demo model with one file damaged. */
  private Path damaged(String file, String content) throws IOException {
    Path model = Files.createDirectory(folder.resolve("damaged"));
    for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
      Files.copy(Path.of("../demo-model", name), model.resolve(name));
    }
    Files.writeString(model.resolve(file), content);
    return model;
  }

  @Test
  void shouldServeTheOthersWhenAModelCanNotBeLoaded() throws IOException {
    Path broken = damaged("model.safetensors", "cut off");
    try (ModelSet models = loaded(config("broken=" + broken + "," + GOOD + ",gone=" + folder))) {
      assertThat(models.names()).containsExactlyInAnyOrder("broken", "good", "gone");
      assertThat(models.find("good")).isPresent();
      assertThat(models.unavailable("good")).isEmpty();
      assertThat(models.find("broken")).isEmpty();
      assertThat(models.unavailable("broken").orElseThrow())
          .contains("bytes")
          .doesNotContain(folder.toString());
      assertThat(models.unavailable("gone")).isPresent();
      assertThat(models.unavailable("unknown")).isEmpty();
      assertThat(models.engine().failure()).isEmpty();
    }
  }

  @Test
  void shouldServeTheOthersWhenATokenizerIsRefused() throws IOException {
    Path broken = damaged("tokenizer.json", "{}");
    try (ModelSet models = loaded(config(GOOD + ",broken=" + broken))) {
      assertThat(models.find("good")).isPresent();
      assertThat(models.unavailable("broken")).isPresent();
    }
  }

  @Test
  void shouldRefuseToStartWhenNoneCanBeLoaded() throws IOException {
    Path broken = damaged("config.json", "{");
    assertThatThrownBy(() -> ModelSet.load(config("broken=" + broken)))
        .isInstanceOf(CheckpointException.class);
    assertThatThrownBy(() -> ModelSet.load(config("broken=" + broken + ",gone=" + folder)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("config.json");
  }
}
