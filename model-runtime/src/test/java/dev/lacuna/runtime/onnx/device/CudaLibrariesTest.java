package dev.lacuna.runtime.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaLibrariesTest {

  @Test
  void shouldLoadNothingWhenNoFolderIsConfigured() {
    CudaLibraries.Outcome outcome = CudaLibraries.load(Optional.empty());
    assertThat(outcome.loaded()).isEmpty();
    assertThat(outcome.problems()).isEmpty();
  }

  @Test
  void shouldNameEachLibraryWhenTheFolderLacksItOrItIsDamaged(@TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve("libcurand.so.10"), "no library");
    CudaLibraries.Outcome outcome = CudaLibraries.load(Optional.of(folder));
    assertThat(outcome.loaded()).isEmpty();
    assertThat(outcome.problems())
        .hasSize(CudaLibraries.NAMES.size())
        .anyMatch(problem -> problem.endsWith("has no libcudart.so.12"))
        .anyMatch(problem -> problem.startsWith("libcurand.so.10 can't be loaded"));
  }
}
