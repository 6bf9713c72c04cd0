package dev.lacuna.topology.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Local stores that are too old to be caught up with. Kafka Streams goes on from where they are in
 * their changelog; what was deleted meanwhile is told there by a mark that is itself removed after
 * {@link Changelogs#DELETIONS_KEPT}. A worker that comes back later would find requests pending
 * that others have answered, and answer them again. So such stores are wiped, and restored as a
 * whole.
 */
public final class StaleState {
  /** A restore that follows has the other half of the time. */
  private static final Duration OLDEST = Changelogs.DELETIONS_KEPT.dividedBy(2);

  private StaleState() {}

  /**
   * Whether nothing below a folder was written for too long.
   *
   * @param folder of an application's local stores; need not exist
   */
  public static boolean in(Path folder, Instant now) {
    return newest(folder).map(time -> time.isBefore(now.minus(OLDEST))).orElse(false);
  }

  private static Optional<Instant> newest(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(StaleState::modified).max(Comparator.naturalOrder());
    } catch (IOException e) {
      throw new UncheckedIOException("local stores in " + folder + " can't be read", e);
    }
  }

  private static Instant modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException gone) {
      return FileTime.fromMillis(0).toInstant();
    }
  }
}
