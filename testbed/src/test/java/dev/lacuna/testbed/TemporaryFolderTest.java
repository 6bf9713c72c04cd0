package dev.lacuna.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {

  @Test
  void shouldLeaveNothingWhenTwoDeleteAtOnce(@TempDir Path parent) throws Exception {
    TemporaryFolder folder = TemporaryFolder.under(parent, "x-");
    for (int i = 0; i < 300; i++) {
      Path inner = Files.createDirectories(folder.path().resolve("d" + i % 20));
      Files.writeString(inner.resolve("f" + i), "x");
    }

    CompletableFuture<Void> other = CompletableFuture.runAsync(folder::delete);
    folder.delete();
    other.join();

    assertThat(folder.path()).doesNotExist();
    folder.delete(); // Once more is fine.
  }
}
