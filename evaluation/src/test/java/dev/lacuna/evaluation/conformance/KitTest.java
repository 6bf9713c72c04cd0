package dev.lacuna.evaluation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.evaluation.conformance.kit.Kit;
import dev.lacuna.evaluation.conformance.kit.KitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KitTest {

  @TempDir private Path folder;

  @Test
  void shouldReadEveryModelWhenTheManifestIsGood() {
    Kit kit = Kit.read(KitCopy.publicKit());

    assertThat(kit.models()).hasSize(12);
    assertThat(kit.models())
        .filteredOn(model -> model.name().equals("llada-sharded"))
        .singleElement()
        .satisfies(
            model -> {
              assertThat(model.folder()).endsWith(Path.of("llada-sharded"));
              assertThat(model.trajectories()).hasSize(8);
              assertThat(model.logits().orElseThrow())
                  .endsWith(Path.of("llada/golden/logits.json"));
            });
  }

  @Test
  void shouldSayWhatItExpectedWhenThereIsNoManifest() {
    assertThatThrownBy(() -> Kit.read(folder))
        .isInstanceOf(KitException.class)
        .hasMessageEndingWith("holds no manifest.json, expected the folder of a conformance kit");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | isn't valid JSON",
        "[] | holds a JSON ARRAY, expected an object",
        "{\"format\": 2, \"models\": []} | format is 2, expected 1",
        "{\"format\": 1} | models is missing, expected a list",
        "{\"models\": [7]} | models[0] is 7, expected an object",
        "{\"models\": [{\"name\": \"a\"}]} | models[0].golden_dir is missing, expected a text"
      })
  void shouldNameFieldAndCureWhenTheManifestIsDamaged(String json, String message)
      throws IOException {
    Files.writeString(folder.resolve("manifest.json"), json);

    assertThatThrownBy(() -> Kit.read(folder))
        .isInstanceOf(KitException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("[Source");
  }

  @Test
  void shouldRefuseAPathThatLeavesTheKit() {
    KitCopy kit = KitCopy.of("sundae", folder).editEntry(entry -> entry.put("dir", "../elsewhere"));

    assertThatThrownBy(() -> Kit.read(kit.folder()))
        .isInstanceOf(KitException.class)
        .hasMessageContaining("names ../elsewhere, expected a path within ");
  }

  @Test
  void shouldNameTheModelsWhenNoneHasTheNameAskedFor() {
    Kit kit = Kit.read(KitCopy.of("sundae", folder).folder());

    assertThatThrownBy(() -> KitCopy.run(kit, Optional.of("sundai")))
        .isInstanceOf(KitException.class)
        .hasMessageEndingWith("has no model 'sundai', expected one of [sundae]");
  }
}
