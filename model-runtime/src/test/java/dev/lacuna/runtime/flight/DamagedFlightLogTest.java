package dev.lacuna.runtime.flight;

import static dev.lacuna.runtime.flight.DyingProcess.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that no process has left so. */
class DamagedFlightLogTest {
  private static final int DAMAGED = 400;

  @TempDir Path folder;
  private Path file;
  private Death written;
  private byte[] sound;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("flight");
    try (MappedFlightLog log = MappedFlightLog.open(file)) {
      log.begin();
      for (int run = 1; run <= 20; run++) {
        log.aboard(bytes("passenger number " + run), run, 3);
      }
      log.reading(bytes("record"), false);
      log.takeOff();
    }
    sound = Files.readAllBytes(file);
    try (MappedFlightLog log = MappedFlightLog.open(file)) {
      written = log.death().orElseThrow();
    }
  }

  /** Opens what is there, and then keeps a log in it as in any other. */
  private Optional<Death> openAndUse() {
    Optional<Death> death;
    try (MappedFlightLog log = MappedFlightLog.open(file)) {
      death = log.death();
      log.begin();
      log.aboard(bytes("later"), 1, 1);
      log.takeOff();
    }
    try (MappedFlightLog log = MappedFlightLog.open(file)) {
      assertThat(log.death().orElseThrow().pass())
          .containsExactly(new Aboard(bytes("later"), 1, 1));
    }
    assertThat(file).hasSize(sound.length);
    return death;
  }

  @Test
  void shouldTellWhatWasWrittenOrNothingWhateverBytesChange() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < DAMAGED; i++) {
      byte[] damaged = sound.clone();
      int edits = 1 + random.nextInt(3);
      for (int edit = 0; edit < edits; edit++) {
        int at = anywhere(random);
        damaged[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : damaged[at] ^ 0x80);
      }
      Files.write(file, damaged);
      openAndUse().ifPresent(death -> checkNothingMadeUp(death, damaged));
    }
  }

  /** Mostly where something is written. */
  private int anywhere(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(sound.length);
      case 1 -> FlightLayout.SEATS + random.nextInt(2 * FlightLayout.SEAT_BYTES);
      case 2 -> random.nextInt(FlightLayout.ROSTER);
      default -> FlightLayout.ROSTER + random.nextInt(800);
    };
  }

  /**
   * Runs, records and the number are those that were written; some may be gone by a closed note.
   */
  private void checkNothingMadeUp(Death death, byte[] damaged) {
    if (!death.pass().isEmpty()) {
      assertThat(death.pass()).isEqualTo(written.pass());
    }
    assertThat(death.readings())
        .allMatch(reading -> Arrays.equals(reading.record(), bytes("record")));
    assertThat(death.number())
        .as("checksums cover the number: %s", Arrays.mismatch(sound, damaged))
        .isEqualTo(written.number());
  }

  @Test
  void shouldTellNothingWhenTheFileHasAnotherLength() throws IOException {
    Random random = new Random(4);
    for (int i = 0; i < 60; i++) {
      int length = i == 0 ? 0 : random.nextInt(2 * sound.length);
      Files.write(file, Arrays.copyOf(sound, length));
      assertThat(openAndUse().isPresent()).isEqualTo(length == sound.length);
    }
  }

  @Test
  void shouldTellNothingWhenTheFormatHasAnotherVersion() throws IOException {
    sound[Long.BYTES - 1]++;
    Files.write(file, sound);
    assertThat(openAndUse()).isEmpty();
  }

  @Test
  void shouldTellNothingWhenTheFileIsSomethingElse() throws IOException {
    new Random(5).nextBytes(sound);
    Files.write(file, sound);
    assertThat(openAndUse()).isEmpty();
  }

  @Test
  void shouldTellNothingOfAPassWhoseNotesAreOfAnEarlierOne() throws IOException {
    byte[] mixed = sound.clone(); // a machine that stopped has kept some pages, not others
    try (MappedFlightLog log = MappedFlightLog.open(file)) {
      log.begin();
      log.aboard(bytes("passenger number 7"), 7, 3);
      log.takeOff();
    }
    byte[] later = Files.readAllBytes(file);
    System.arraycopy(later, 0, mixed, 0, FlightLayout.ROSTER);
    Files.write(file, mixed);
    assertThat(openAndUse()).isEmpty();
  }
}
