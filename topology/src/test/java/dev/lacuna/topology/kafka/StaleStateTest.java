package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleStateTest {
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

  @TempDir Path folder;

  private void file(String name, Duration age) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    for (Path path = file; !path.equals(folder.getParent()); path = path.getParent()) {
      Files.setLastModifiedTime(path, FileTime.from(NOW.minus(age)));
    }
  }

  @Test
  void shouldBeStaleWhenDeletionsMayHaveBeenForgotten() throws IOException {
    file("0_1/rocksdb/pending/CURRENT", Duration.ofHours(13));
    assertThat(StaleState.in(folder, NOW)).isTrue();
  }

  @Test
  void shouldNotBeStaleWhenAnythingWasWrittenLately() throws IOException {
    file("0_1/rocksdb/pending/CURRENT", Duration.ofDays(3));
    file("0_2/rocksdb/pending/CURRENT", Duration.ofHours(11));
    assertThat(StaleState.in(folder, NOW)).isFalse();
  }

  @Test
  void shouldNotBeStaleWhenThereIsNone() {
    assertThat(StaleState.in(folder.resolve("none"), NOW)).isFalse();
  }
}
