package dev.lacuna.runtime.flight;

import static dev.lacuna.runtime.flight.DyingProcess.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.flight.FlightLog.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight log says to whoever opens it next. */
class MappedFlightLogTest {
  @TempDir Path folder;
  private Path file;
  private MappedFlightLog log;

  @BeforeEach
  void begin() {
    file = folder.resolve("state").resolve("flight");
    log = MappedFlightLog.open(file);
    assertThat(log.death()).isEmpty();
    log.begin();
  }

  @AfterEach
  void close() {
    log.close();
  }

  /** Another process opens the file: as far as the file goes, this one has died. */
  private void reopen() {
    log.close();
    log = MappedFlightLog.open(file);
  }

  private List<Aboard> passAfterDeath() {
    reopen();
    return log.death().map(Death::pass).orElse(List.of());
  }

  private List<byte[]> readingsAfterDeath() {
    reopen();
    return log.death().stream()
        .flatMap(death -> death.readings().stream())
        .map(OpenReading::record)
        .toList();
  }

  @Test
  void shouldTellOfNobodyWhenTheForwardPassHasNotBegun() {
    log.aboard(bytes("a"), 1, 0);
    reopen();
    assertThat(log.death()).isEmpty();
  }

  @Test
  void shouldTellOfAllWhenTheForwardPassHasBegun() {
    log.aboard(bytes("a"), 1, 0);
    log.aboard(bytes("bcdefgh"), 2, 77);
    log.takeOff();
    assertThat(passAfterDeath())
        .containsExactly(new Aboard(bytes("a"), 1, 0), new Aboard(bytes("bcdefgh"), 2, 77));
    assertThat(log.death().orElseThrow().aloneInPass()).isFalse();
  }

  @Test
  void shouldTellOfNobodyWhenTheForwardPassIsOver() {
    log.aboard(bytes("a"), 1, 0);
    log.takeOff();
    log.landed();
    log.aboard(bytes("b"), 1, 0);
    reopen();
    assertThat(log.death()).isEmpty();
  }

  @Test
  void shouldTellOfTheLastForwardPassAloneWhenThereWereMany() {
    for (int pass = 0; pass < 5; pass++) {
      for (int run = 5; run > pass; run--) {
        log.aboard(bytes("run" + run), run, pass);
      }
      log.takeOff();
      if (pass < 4) {
        log.landed();
      }
    }
    assertThat(passAfterDeath()).containsExactly(new Aboard(bytes("run5"), 5, 4));
    assertThat(log.death().orElseThrow().aloneInPass()).isTrue();
  }

  @Test
  void shouldTellTheSameWithTheSameNumberUntilALifeBegins() {
    log.aboard(bytes("a"), 1, 0);
    log.takeOff();
    reopen();
    UUID number = log.death().orElseThrow().number();
    reopen();
    assertThat(log.death().orElseThrow().number()).isEqualTo(number);
    assertThat(log.death().orElseThrow().pass()).hasSize(1);
    log.begin();
    assertThat(log.death()).isEmpty();
    log.aboard(bytes("a"), 1, 0);
    log.takeOff();
    reopen();
    assertThat(log.death().orElseThrow().number()).isNotEqualTo(number);
  }

  @Test
  void shouldNoteNothingBeforeALifeBeginsAndAfterItIsClosed() {
    reopen();
    for (boolean closed : new boolean[] {false, true}) {
      if (closed) {
        log.begin();
        log.close();
        assertThatIllegalStateException().isThrownBy(log::begin);
      }
      log.aboard(bytes("a"), 1, 0);
      log.takeOff();
      log.reading(bytes("a"), false);
    }
    reopen();
    assertThat(log.death()).isEmpty();
  }

  @Test
  void shouldRefuseASecondLife() {
    assertThatIllegalStateException().isThrownBy(log::begin);
  }

  @Test
  void shouldRefuseRunsAndAForwardPassWhileOneIsOnItsWay() {
    log.aboard(bytes("a"), 1, 0);
    log.takeOff();
    assertThatIllegalStateException().isThrownBy(() -> log.aboard(bytes("b"), 1, 0));
    assertThatIllegalStateException().isThrownBy(log::takeOff);
    assertThat(passAfterDeath()).hasSize(1);
  }

  @Test
  void shouldNoteAsManyRunsAsAnEngineHasSlotsAndNoMore() {
    byte[] longest = new byte[MappedFlightLog.PASSENGER_MAX];
    for (int run = 1; run <= 1030; run++) {
      longest[0] = (byte) run;
      log.aboard(longest, run, 0);
    }
    log.takeOff();
    List<Aboard> pass = passAfterDeath();
    assertThat(pass).hasSize(1024);
    assertThat(pass.get(1023).sample()).isEqualTo(1024);
    assertThat(pass.get(1023).passenger()).hasSize(longest.length).startsWith((byte) 0);
  }

  @Test
  void shouldNoteOnlyTheOthersWhenARunIsNobodysOrTooLong() {
    log.aboard(new byte[0], 1, 0);
    log.aboard(bytes("a"), 1, 0);
    log.aboard(new byte[MappedFlightLog.PASSENGER_MAX + 1], 1, 0);
    log.aboard(bytes("b"), 1, 0);
    log.takeOff();
    assertThat(passAfterDeath())
        .containsExactly(new Aboard(bytes("a"), 1, 0), new Aboard(bytes("b"), 1, 0));
  }

  @Test
  void shouldNotTakeARunForAloneWhenItsCompanyIsNotNoted() {
    log.aboard(bytes("a"), 1, 0);
    log.aboard(new byte[0], 1, 0);
    log.takeOff();
    reopen();
    assertThat(log.death()).isEmpty();
  }

  @Test
  void shouldTellOfRecordsWhoseReadingDidNotEnd() {
    Reading first = log.reading(bytes("first"), false);
    log.reading(bytes("second"), false);
    log.reading(new byte[0], false);
    first.done();
    first.done();
    assertThat(readingsAfterDeath()).containsExactlyInAnyOrder(bytes("second"), new byte[0]);
    assertThat(log.death().orElseThrow().pass()).isEmpty();
    assertThat(log.death().orElseThrow().aloneInPass()).isFalse();
  }

  @Test
  void shouldTakeOneSeatOnlyWhenReadingARecordThrowsOverAndOver() {
    Reading last = log.reading(bytes("poison"), false);
    for (int attempt = 0; attempt < 1000; attempt++) {
      last = log.reading(bytes("poison"), false);
    }
    log.reading(bytes("another"), false);
    assertThat(readingsAfterDeath()).containsExactlyInAnyOrder(bytes("poison"), bytes("another"));
    log.begin();
    Reading stale = log.reading(bytes("poison"), false);
    log.reading(bytes("poison"), false);
    stale.done();
    last.done(); // of the life before
    assertThat(readingsAfterDeath()).containsExactly(bytes("poison"));
    log.begin();
    log.reading(bytes("poison"), false);
    log.reading(bytes("poison"), false).done();
    reopen();
    assertThat(log.death()).isEmpty();
  }

  @Test
  void shouldGoOnWithoutANoteWhenARecordIsTooLongOrAllSeatsAreTaken() {
    log.reading(new byte[MappedFlightLog.RECORD_MAX + 1], false).done();
    log.reading(new byte[MappedFlightLog.RECORD_MAX], false);
    for (int i = 1; i < 70; i++) {
      log.reading(bytes("record " + i), false);
    }
    log.reading(bytes("no seat"), false).done();
    List<byte[]> readings = readingsAfterDeath();
    assertThat(readings).hasSize(64);
    assertThat(readings.get(0)).hasSize(MappedFlightLog.RECORD_MAX);
    assertThat(readings.get(63)).isEqualTo(bytes("record 63"));
  }

  @Test
  void shouldTellThatARecordWasReadAlone() {
    log.reading(bytes("threw"), false).close();
    log.reading(bytes("alone"), true).close();
    reopen();
    Death death = log.death().orElseThrow();
    assertThat(death.readings())
        .filteredOn(death::alone)
        .extracting(OpenReading::record)
        .containsExactly(bytes("alone"));
    log.begin();
    log.reading(bytes("by chance"), false).close();
    reopen();
    assertThat(log.death().orElseThrow())
        .satisfies(only -> assertThat(only.readings()).allMatch(only::alone));
    log.begin();
    log.aboard(bytes("a"), 1, 0);
    log.takeOff();
    log.reading(bytes("beside"), false).close();
    reopen();
    assertThat(log.death().orElseThrow())
        .satisfies(
            both -> {
              assertThat(both.readings()).hasSize(1).noneMatch(both::alone);
              assertThat(both.aloneInPass()).isFalse();
            });
  }

  @Test
  void shouldSayTheLastWhenARecordThatThrewIsReadAgainAlone() {
    log.reading(bytes("poison"), false).close();
    log.reading(bytes("poison"), true).close();
    log.reading(bytes("another"), false).close();
    reopen();
    Death death = log.death().orElseThrow();
    assertThat(death.readings())
        .filteredOn(death::alone)
        .extracting(OpenReading::record)
        .containsExactly(bytes("poison"));
  }

  @Test
  void shouldReadARecordAloneOnlyBetweenForwardPassesAndHoldTheNextUp() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      log.takeOff();
      Reading other = log.reading(bytes("other"), false);
      Future<Reading> alone = pool.submit(() -> log.reading(bytes("alone"), true));
      assertWaits(alone);
      log.landed();
      assertWaits(alone);
      Future<Reading> later = pool.submit(() -> log.reading(bytes("later"), false));
      Future<?> pass = pool.submit(log::takeOff);
      assertWaits(later);
      other.done();
      Reading read = alone.get(30, TimeUnit.SECONDS);
      assertWaits(later);
      assertWaits(pass);
      read.close(); // it threw: the others go on all the same
      later.get(30, TimeUnit.SECONDS).done();
      pass.get(30, TimeUnit.SECONDS);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void shouldWaitForNoForwardPassWhenNoneFollows() throws Exception {
    log.aboard(bytes("a"), 1, 0);
    log.takeOff();
    log.over();
    log.over();
    log.reading(bytes("alone"), true).done();
    log.reading(bytes("beside"), false).done();
    assertThat(passAfterDeath()).as("may be why").hasSize(1);
  }

  private static void assertWaits(Future<?> one) {
    assertThatThrownBy(() -> one.get(50, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  void shouldNotBeChangedByWhatItsCallersDoToTheirBytes() {
    byte[] record = bytes("record");
    Reading reading = log.reading(record, false);
    record[0] = 'x';
    log.reading(record, false);
    reading.done();
    assertThat(readingsAfterDeath()).containsExactly(bytes("xecord"));
  }

  @Test
  void shouldNoteEachThreadsRecordWhenManyReadAtOnce() throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> readers = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int number = thread;
        readers.add(() -> read(number));
      }
      for (Future<Void> reader : pool.invokeAll(readers)) {
        reader.get();
      }
    } finally {
      pool.shutdownNow();
    }
    List<byte[]> expected = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      expected.add(bytes("left by " + thread));
    }
    expected.add(bytes("left by all"));
    assertThat(readingsAfterDeath()).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Reads records of its own and such that others read at the same time. */
  private Void read(int thread) {
    for (int i = 0; i < 5_000; i++) {
      Reading shared = log.reading(bytes("shared " + i % 3), false);
      log.reading(bytes(thread + " reads " + i), false).done();
      shared.done();
      shared.done();
    }
    log.reading(bytes("left by " + thread), false);
    log.reading(bytes("left by all"), false);
    return null;
  }

  @Test
  void shouldRefuseASecondOpenUntilItIsClosed() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), file.getParent());
    for (Path name : List.of(file, link.resolve("flight"))) {
      assertThatThrownBy(() -> MappedFlightLog.open(name))
          .isInstanceOf(FlightLogException.class)
          .hasMessage(
              "flight log "
                  + name
                  + ": another worker uses this state folder; give each worker a 'state.dir' of"
                  + " its own");
    }
    log.aboard(bytes("a"), 1, 0);
    log.takeOff();
    assertThat(passAfterDeath()).hasSize(1);
  }

  @Test
  void shouldNameTheFileAndTheCureWhenItCannotBeWritten() throws IOException {
    Path folderNoMore = Files.writeString(folder.resolve("a file"), "");
    for (Path name : List.of(folderNoMore.resolve("flight"), folder.resolve("state"))) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> MappedFlightLog.open(name))
            .isInstanceOf(FlightLogException.class)
            .hasMessageContaining("flight log " + name + ": can't be written")
            .hasMessageContaining("'state.dir' must be a folder with room on disk");
      }
    }
  }
}
