package dev.lacuna.runtime.flight;

import static dev.lacuna.runtime.flight.DyingProcess.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process that really dies leaves to the next one. */
class MappedFlightLogProcessTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"pass", "halt"})
  void shouldTellWhoWasAboardWhenAProcessDiedInAForwardPass(String way) throws Exception {
    Path file = folder.resolve("flight");
    Process process = DyingProcess.start(file, way);
    if (way.equals("halt")) {
      DyingProcess.awaitEnd(process);
      assertThat(process.exitValue()).isEqualTo(134);
    } else {
      DyingProcess.kill(process);
    }
    try (MappedFlightLog log = MappedFlightLog.open(file)) {
      Death death = log.death().orElseThrow();
      assertThat(death.pass())
          .containsExactly(new Aboard(bytes("a"), 2, 3), new Aboard(bytes("b"), 2, 3));
      assertThat(death.readings()).extracting(OpenReading::record).containsExactly(bytes("record"));
      assertThat(death.aloneInPass()).isFalse();
    }
  }

  @Test
  void shouldTellOfNoRunWhenAProcessDiedBetweenForwardPasses() throws Exception {
    Path file = folder.resolve("flight");
    DyingProcess.kill(DyingProcess.start(file, "between"));
    try (MappedFlightLog log = MappedFlightLog.open(file)) {
      assertThat(log.death().orElseThrow().pass()).isEmpty();
      assertThat(log.death().orElseThrow().readings())
          .extracting(OpenReading::record)
          .containsExactly(bytes("record"));
    }
  }

  @Test
  void shouldRefuseWhenAnotherProcessHasTheFileOpen() throws Exception {
    Path file = folder.resolve("flight");
    Process process = DyingProcess.start(file, "pass");
    try {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> MappedFlightLog.open(file))
            .isInstanceOf(FlightLogException.class)
            .hasMessageContaining(file.toString())
            .hasMessageContaining("'state.dir' of its own");
      }
    } finally {
      DyingProcess.kill(process);
    }
    try (MappedFlightLog log = MappedFlightLog.open(file)) {
      assertThat(log.death()).isPresent();
    }
  }

  @Test
  void shouldStillKeepOthersOutWhenASecondOpenInThisProcessWasRefused() throws Exception {
    Path file = folder.resolve("flight");
    try (MappedFlightLog log = MappedFlightLog.open(file)) {
      assertThatThrownBy(() -> MappedFlightLog.open(file)).isInstanceOf(FlightLogException.class);
      assertThatThrownBy(() -> DyingProcess.start(file, "pass"))
          .hasMessageContaining("another worker uses this state folder");
    }
  }

  @Test
  void shouldTellOfOneWholePassOrNoneWheneverAProcessIsKilled() throws Exception {
    Random random = new Random(7);
    int passes = 0;
    for (int kill = 0; kill < 50 && passes < 3; kill++) {
      Path file = folder.resolve("flight");
      Process process = DyingProcess.start(file, "busy");
      TimeUnit.MILLISECONDS.sleep(random.nextInt(500)); // where it is killed is the test's chance
      DyingProcess.kill(process);
      Optional<Death> death = read(file);
      if (death.isPresent() && !death.get().pass().isEmpty()) {
        passes++;
        checkWhole(death.get());
      }
    }
    assertThat(passes).as("kills that met a forward pass").isEqualTo(3);
  }

  /** Reads the notes; throws where the flight log itself would warn of damage and go on. */
  private static Optional<Death> read(Path file) throws IOException, OpenNotes.DamageException {
    try (FlightFile opened = FlightFile.open(file)) {
      return OpenNotes.read(opened.map());
    }
  }

  private static void checkWhole(Death death) {
    int runs = death.pass().get(0).sample();
    int pass = death.pass().get(0).steps();
    assertThat(death.pass()).hasSize(runs);
    for (int run = 1; run <= runs; run++) {
      assertThat(death.pass().get(run - 1))
          .isEqualTo(new Aboard(DyingProcess.passenger(run), runs, pass));
    }
    assertThat(death.readings()).hasSizeLessThanOrEqualTo(2);
  }
}
