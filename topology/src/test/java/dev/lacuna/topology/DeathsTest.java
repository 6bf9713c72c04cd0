package dev.lacuna.topology;

import static dev.lacuna.topology.fakes.Crashes.ATTEMPTS_MAX;
import static dev.lacuna.topology.fakes.Crashes.process;
import static dev.lacuna.topology.fakes.Crashes.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.topology.fakes.FakeClock;
import dev.lacuna.topology.fakes.FakeEngine.ProcessDied;
import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.store.DeathNote;
import dev.lacuna.topology.store.Suspect;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a task does with what its workers died of. */
class DeathsTest {
  private static final Duration DRAIN = TestParts.DRAIN_INTERVAL;
  private static final long POISON = 66;

  private final Committed committed = new Committed();

  /** A process that dies of any step of the request with the seed {@link #POISON}. */
  private static TestParts deadly() {
    TestParts parts = process();
    parts.engine.deadly = (spec, step) -> spec.settings().seed() == POISON;
    return parts;
  }

  /** A process reads these requests, commits, steps and dies; what the next one has to tell. */
  private List<DeathNote> dies(List<GenerationRequest> requests) {
    TestParts parts = deadly();
    TaskLife owner = new TaskLife(parts, committed);
    requests.forEach(owner::submit);
    owner.commit();
    assertThatThrownBy(parts.engine::step).isInstanceOf(ProcessDied.class);
    return parts.flightLog.deathNotes();
  }

  /** The next process in the same state folder: it tells, catches up, steps and dies again. */
  private List<DeathNote> diesAgain(List<DeathNote> notes) {
    TestParts parts = deadly();
    TaskLife owner = new TaskLife(parts, committed);
    owner.read(notes);
    owner.tick();
    owner.commit();
    assertThatThrownBy(parts.engine::step).isInstanceOf(ProcessDied.class);
    return parts.flightLog.deathNotes();
  }

  private static List<Boolean> solos(TestParts parts) {
    return parts.engine.submitted().stream().map(RunSpec::alone).toList();
  }

  @Test
  void shouldRunRestoredWorkInFullBatchesWhenTheProcessWasKilledBetweenSteps() {
    TestParts first = process();
    TaskLife owner = new TaskLife(first, committed);
    owner.submit(request("r1", 1));
    owner.submit(request("r2", 2));
    first.engine.step();
    owner.commit();

    assertThat(first.flightLog.deathNotes()).isEmpty();
    TestParts next = process();
    new TaskLife(next, committed).tick();
    assertThat(solos(next)).containsExactly(false, false);
  }

  @Test
  void shouldKeepCompanyWhenOneDeathStandsAgainstIt() {
    List<DeathNote> notes = dies(List.of(request("poison", POISON), request("r2", 2)));
    assertThat(notes).hasSize(2).noneMatch(DeathNote::alone);
    TestParts next = process();
    TaskLife owner = new TaskLife(next, committed);
    owner.read(notes);
    owner.tick();
    assertThat(solos(next)).containsExactly(false, false);
    assertThat(next.count("lacuna.deaths")).isEqualTo(2);
  }

  @Test
  void shouldBeginNothingBeforeItsOwnTickWasRead() {
    List<DeathNote> notes = dies(List.of(request("poison", POISON), request("r2", 2)));
    TestParts next = process();
    TaskLife owner = new TaskLife(next, committed);
    owner.strangeTick();
    owner.submit(request("r3", 3));
    owner.punctuate(DRAIN);
    assertThat(next.engine.submitted()).isEmpty();
    assertThat(next.accepted.count()).as("r3 is kept as it came").isEqualTo(3);
    owner.read(notes);
    owner.tick();
    owner.punctuate(DRAIN);
    assertThat(next.engine.submitted()).hasSize(3);
  }

  @Test
  void shouldRunAloneWhenTwoDeathsStandAgainstItAndReadNothingMeanwhile() {
    List<DeathNote> notes = dies(List.of(request("poison", POISON), request("r2", 2)));
    notes = new ArrayList<>(diesAgain(notes));
    TestParts next = process();
    TaskLife owner = new TaskLife(next, committed);
    owner.read(notes);
    owner.tick();
    assertThat(solos(next)).containsExactly(true, true);
    assertThat(next.soloRuns.any()).isTrue();
    owner.submit(request("r3", 3));
    owner.punctuate(DRAIN);
    assertThat(next.engine.submitted()).hasSize(2);

    next.engine.step(); // one of them, alone
    owner.punctuate(DRAIN);
    assertThat(owner.asksForCommit()).as("soon: until then its deaths stand").isTrue();
    next.engine.step();
    owner.punctuate(DRAIN);
    assertThat(next.soloRuns.any()).as("both got beyond the step").isFalse();
    assertThat(next.engine.alone()).isZero();
    owner.punctuate(DRAIN);
    assertThat(next.engine.submitted()).as("r3 is read now").hasSize(3);
  }

  @Test
  void shouldFailWhenItDiedAloneTooOftenAndNoEarlier() {
    List<DeathNote> notes = dies(List.of(request("poison", POISON), request("r2", 2)));
    notes = diesAgain(notes); // the second in company
    int deaths = 2;
    while (true) {
      TestParts parts = deadly();
      TaskLife owner = new TaskLife(parts, committed);
      owner.read(notes);
      owner.tick();
      owner.punctuate(DRAIN);
      owner.commit();
      if (!committed.completions.isEmpty()) {
        break;
      }
      assertThatThrownBy(
              () -> {
                while (true) {
                  parts.engine.step();
                  owner.punctuate(DRAIN);
                  owner.commit();
                }
              })
          .isInstanceOf(ProcessDied.class);
      notes = parts.flightLog.deathNotes();
      assertThat(notes).hasSize(1);
      assertThat(notes.get(0).alone()).isTrue();
      deaths++;
    }
    assertThat(deaths).isEqualTo(2 + ATTEMPTS_MAX);
    GenerationCompletion failed = committed.completions.get(0);
    assertThat(failed.getId()).isEqualTo("poison");
    assertThat(failed.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(failed.getError().getCode()).isEqualTo(ErrorCodes.CRASHED);
    assertThat(failed.getError().getMessage())
        .contains("died " + ATTEMPTS_MAX + " times", "crash.attempts.max is " + ATTEMPTS_MAX);
  }

  @Test
  void shouldCountADeathOnceHoweverOftenItsNoteArrives() {
    List<DeathNote> notes = dies(List.of(request("poison", POISON), request("r2", 2)));
    TestParts next = process();
    TaskLife owner = new TaskLife(next, committed);
    owner.read(notes);
    owner.read(notes);
    owner.commit();
    TestParts last = process();
    TaskLife heir = new TaskLife(last, committed);
    heir.read(notes);
    heir.tick();
    assertThat(solos(last)).containsExactly(false, false);
  }

  @Test
  void shouldNotCountADeathBeyondWhichItGotBeforeTheNoteArrived() {
    List<DeathNote> notes = dies(List.of(request("poison", POISON), request("r2", 2)));
    TestParts calm = process();
    TaskLife owner = new TaskLife(calm, committed);
    owner.tick();
    calm.engine.step();
    owner.punctuate(TestParts.CHECKPOINT_INTERVAL);
    owner.commit();
    List<DeathNote> late = new ArrayList<>(notes);
    for (DeathNote note : notes) {
      late.add(
          new DeathNote(
              UUID.randomUUID(), note.suspect(), note.alone(), note.sample(), note.steps()));
    }
    TestParts next = process();
    TaskLife heir = new TaskLife(next, committed);
    heir.read(late);
    heir.tick();
    assertThat(solos(next)).containsExactly(false, false);
  }

  @Test
  void shouldRememberADeathOfARequestThatIsReadAgain() {
    List<DeathNote> notes = new ArrayList<>();
    for (int life = 0; life < 2; life++) { // neither commits anything
      TestParts parts = deadly();
      TaskLife owner = new TaskLife(parts, committed);
      owner.submit(request("poison", POISON));
      owner.submit(request("r2", 2));
      assertThatThrownBy(parts.engine::step).isInstanceOf(ProcessDied.class);
      notes.addAll(parts.flightLog.deathNotes());
    }
    TestParts next = process();
    TaskLife owner = new TaskLife(next, new Committed());
    owner.read(notes);
    owner.submit(request("poison", POISON));
    assertThat(solos(next)).containsExactly(true);
    owner.submit(request("r2", 2));
    assertThat(next.engine.submitted()).as("nothing is read beside it").hasSize(1);
  }

  @Test
  void shouldForgetItsDeathsWhenItIsAnsweredAndNotHandThemToTheNextOfItsName() {
    List<DeathNote> notes = dies(List.of(request("poison", POISON), request("r2", 2)));
    TestParts next = process();
    TaskLife owner = new TaskLife(next, committed);
    owner.read(notes);
    owner.tick();
    next.engine.finish();
    owner.punctuate(DRAIN);
    owner.commit();
    assertThat(committed.completions).hasSize(2);
    assertThat(committed.stored()).isZero();

    Suspect.Request answered = (Suspect.Request) notes.get(0).suspect();
    Suspect.Request other =
        new Suspect.Request(answered.partition(), answered.id(), answered.requestMicros() - 1);
    for (int late = 0; late < 2; late++) {
      owner.read(List.of(new DeathNote(UUID.randomUUID(), other, true, 1, 0)));
    }
    owner.submit(request("poison", POISON));
    assertThat(solos(next)).containsExactly(false, false, false);
  }

  @Test
  void shouldBlameNoRunAloneWhenARecordWasBeingRead() {
    TestParts parts = deadly();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request("poison", POISON));
    parts.flightLog.reading(
        new byte[] {9}, false); // damaged: is passed over, and is one all the same
    assertThatThrownBy(parts.engine::step).isInstanceOf(ProcessDied.class);
    assertThat(parts.flightLog.deathNotes()).extracting(DeathNote::alone).containsExactly(false);
  }

  /**
   * A record whose decoding kills arrives in each life before the notes of the earlier ones, and
   * nothing is committed in between.
   *
   * @param company whether a run is on its way when it is read
   * @return deaths until it became a dead letter
   */
  private int deathsOfReading(byte[] value, boolean company) {
    List<DeathNote> notes = new ArrayList<>();
    int deaths = 0;
    while (committed.deadLetters.isEmpty()) {
      assertThat(deaths).as("no end").isLessThan(20);
      TestParts parts = process();
      parts.wire.deadly = any -> Arrays.equals(any, value);
      TaskLife owner = new TaskLife(parts, committed, false);
      owner.process("requests", WorkerDriver.utf8("r1"), value, 77);
      owner.read(notes);
      if (company) {
        parts.flightLog.aboard(new byte[] {9}, 1, 0);
        parts.flightLog.takeOff();
      }
      try {
        owner.tick();
        owner.punctuate(DRAIN);
        owner.commit();
      } catch (ProcessDied died) {
        notes.addAll(parts.flightLog.deathNotes());
        deaths++;
      }
    }
    return deaths;
  }

  @Test
  void shouldBecomeADeadLetterWhenReadingItKillsTooOften() {
    byte[] value = FakeWire.encode(FakeWire.SCHEMA, request("r1", 1));
    assertThat(deathsOfReading(value, false)).isEqualTo(ATTEMPTS_MAX);
    assertThat(committed.deadLetters.get(0).headers().lastHeader("lacuna.dead.code").value())
        .isEqualTo(WorkerDriver.utf8(ErrorCodes.CRASHED));
    assertThat(committed.deadLetters.get(0).value()).isEqualTo(value);
    assertThat(committed.stored()).isZero();
  }

  @Test
  void shouldReadARecordAloneAfterADeathBesideOthersWhichItMayNotBeToBlameFor() {
    byte[] value = FakeWire.encode(FakeWire.SCHEMA, request("r1", 1));
    assertThat(deathsOfReading(value, true)).isEqualTo(ATTEMPTS_MAX);
  }

  @Test
  void shouldNotBecomeADeadLetterHoweverOftenOthersDiedBesideItsReading() {
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    for (int i = 0; i < 3 * ATTEMPTS_MAX; i++) {
      Suspect reading = new Suspect.Reading(3, "requests", 77);
      owner.read(List.of(new DeathNote(UUID.randomUUID(), reading, false, 0, 0)));
    }
    owner.process(
        "requests",
        WorkerDriver.utf8("r1"),
        FakeWire.encode(FakeWire.SCHEMA, request("r1", 1)),
        77);
    assertThat(parts.engine.submitted()).hasSize(1);
    assertThat(parts.flightLog.readAlone()).isEqualTo(1);
  }

  @Test
  void shouldKeepTheDeathsOfAPendingRequestWhenANoteOfAnotherOfItsNameArrives() {
    List<DeathNote> notes = dies(List.of(request("poison", POISON), request("r2", 2)));
    notes = new ArrayList<>(diesAgain(notes));
    Suspect.Request pending = (Suspect.Request) notes.get(0).suspect();
    for (int shift = -1; shift <= 1; shift += 2) {
      Suspect other =
          new Suspect.Request(
              pending.partition(), pending.id(), pending.requestMicros() + shift * 1000);
      notes.add(new DeathNote(UUID.randomUUID(), other, false, 1, 0));
    }
    TestParts next = process();
    TaskLife owner = new TaskLife(next, committed);
    owner.read(notes);
    owner.tick();
    assertThat(solos(next)).containsExactly(true, true);
  }

  @Test
  void shouldNotFailWhatWasCancelledEvenIfItDiedTooOften() {
    List<DeathNote> notes = dies(List.of(request("poison", POISON)));
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    owner.control(Requests.cancel("poison"));
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      owner.read(List.of(new DeathNote(UUID.randomUUID(), notes.get(0).suspect(), true, 1, 0)));
    }
    owner.tick();
    owner.punctuate(DRAIN);
    owner.commit();
    assertThat(committed.completions)
        .extracting(GenerationCompletion::getStatus)
        .containsExactly(CompletionStatus.CANCELLED);
  }

  @Test
  void shouldGiveUpNothingButBoundWhatIsRememberedWhenStrangersSendNotes() {
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    for (int i = 0; i < 10_100; i++) {
      Suspect stranger = new Suspect.Request(3, "nobody-" + i, FakeClock.START_MICROS);
      owner.read(List.of(new DeathNote(UUID.randomUUID(), stranger, false, 1, 0)));
    }
    owner.commit();
    assertThat(committed.stored()).isEqualTo(10_000);
    parts.clock.advance(Duration.ofHours(25));
    owner.read(
        Collections.nCopies(
            2, new DeathNote(UUID.randomUUID(), new Suspect.Request(3, "x", 1), false, 1, 0)));
    owner.commit();
    assertThat(committed.stored()).isEqualTo(1);
  }

  @Test
  void shouldForgetWhatStrangersSentThoughNoNoteFollows() {
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    owner.tick();
    Suspect stranger = new Suspect.Request(3, "nobody", FakeClock.START_MICROS);
    owner.read(List.of(new DeathNote(UUID.randomUUID(), stranger, false, 1, 0)));
    owner.commit();
    assertThat(committed.stored()).isEqualTo(1);
    owner.punctuate(Duration.ofHours(25));
    owner.commit();
    assertThat(committed.stored()).isZero();
  }

  @Test
  void shouldBecomeADeadLetterWhenANoteIsNone() {
    TaskLife owner = new TaskLife(process(), committed);
    owner.process("control", WorkerDriver.utf8("__lacuna.death"), new byte[] {1, 2});
    UUID death = UUID.randomUUID();
    owner.read(
        List.of(
            new DeathNote(death, new Suspect.Request(3, "x".repeat(9_000), 1), false, 1, 0),
            new DeathNote(death, new Suspect.Reading(3, "y".repeat(9_000), 1), true, 0, 0)));
    owner.commit();
    assertThat(committed.deadLetters)
        .hasSize(3)
        .allSatisfy(
            letter ->
                assertThat(letter.headers().lastHeader("lacuna.dead.code").value())
                    .isEqualTo(WorkerDriver.utf8(ErrorCodes.INVALID_DEATH_NOTE)));
    assertThat(committed.stored()).as("nothing larger than a record may be").isZero();
  }

  @Test
  void shouldBoundTheDeathsOfOneRequestByWhatAStoreEntryMayTake() {
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    Suspect suspect = new Suspect.Request(3, "r1", 1);
    for (int i = 0; i < 2_000; i++) {
      owner.read(List.of(new DeathNote(UUID.randomUUID(), suspect, false, 1, 0)));
    }
    owner.commit();
    assertThat(committed.value("deaths", "1:r1").length)
        .isBetween(10_000, TestParts.LIMITS.entryMaxBytes());
  }
}
