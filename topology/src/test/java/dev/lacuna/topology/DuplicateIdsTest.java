package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.fakes.Outputs.Output;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.process.TopologySettings.DeadlineRefusal;
import dev.lacuna.topology.process.TopologySettings.IntakeRules;
import dev.lacuna.topology.process.TopologySettings.Misplaced;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** An id gets one answer: while it is pending, and for a while after if so configured. */
final class DuplicateIdsTest {
  private static final int LATE_SCHEMA = 77;
  private static final byte[] R1 = WorkerDriver.utf8("r1");
  private static final Duration RETENTION = Duration.ofMinutes(20);

  private final TestParts parts = new TestParts();

  private void rules(boolean deadLetters, Duration retention) {
    parts.intake =
        new IntakeRules(
            DeadlineRefusal.OFF,
            deadLetters,
            retention,
            Optional.empty(),
            Misplaced.ACCEPT,
            Duration.ofSeconds(30));
  }

  private double ignored() {
    return parts.count("lacuna.requests.duplicate");
  }

  private static byte[] late() {
    return FakeWire.encode(LATE_SCHEMA, Requests.request("r1").build());
  }

  private void schemaArrives() {
    parts.wire.cache(LATE_SCHEMA);
    parts.schemas.put(LATE_SCHEMA, new SchemaFetch.Cached());
  }

  private static String onlyLetter(WorkerDriver worker) {
    List<Output> letters = worker.deadLetters();
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).headerTexts()).containsEntry("lacuna.dead.code", "DUPLICATE_ID");
    return letters.get(0).headerTexts().get("lacuna.dead.message");
  }

  private void finish(WorkerDriver worker) {
    parts.engine.finish();
    worker.drain();
  }

  @Test
  void shouldIgnoreAndCountWhenTheIdIsPendingFromAnotherTopic() {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(Requests.request("r1").build());
      worker.submitExpress(Requests.request("r1").build());
      finish(worker);

      assertThat(worker.completions()).hasSize(1);
      assertThat(ignored()).isEqualTo(1);
      assertThat(worker.deadLetters()).isEmpty();
      assertThat(parts.accepted.count()).isZero();
    }
  }

  @Test
  void shouldAlsoUseTheDeadLettersWhenSoConfigured() {
    rules(true, Duration.ZERO);
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(Requests.request("r1").build());
      worker.submit(Requests.request("r1").build());
      assertThat(onlyLetter(worker)).contains("'r1'", "pending");
      finish(worker);

      assertThat(worker.completions()).hasSize(1);
      assertThat(ignored()).isEqualTo(1);
    }
  }

  @Test
  void shouldAnswerOnceWhenAnUndecodedRequestHasTheSameId() {
    rules(true, Duration.ZERO);
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.pipeRequest(R1, late(), new RecordHeaders());
      worker.pipeExpress(R1, late());
      worker.submit(Requests.request("r1").build());
      assertThat(worker.stored(TaskStores.UNDECODED)).as("the one that can be read wins").isZero();
      assertThat(worker.deadLetters())
          .extracting(letter -> letter.headerTexts().get("lacuna.dead.topic"))
          .containsExactlyInAnyOrder("requests", "express");
      finish(worker);
      schemaArrives();
      worker.drain();

      assertThat(worker.completions()).hasSize(1);
      assertThat(ignored()).isEqualTo(2);
      assertThat(parts.accepted.count()).isZero();
    }
  }

  @Test
  void shouldAnswerOnceWhenTwoUndecodedRequestsHaveTheSameId() {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.pipeRequest(R1, late(), new RecordHeaders());
      worker.pipeExpress(R1, late());
      schemaArrives();
      worker.drain();
      finish(worker);

      assertThat(worker.completions()).hasSize(1);
      assertThat(ignored()).isEqualTo(1);
      assertThat(worker.stored(TaskStores.UNDECODED)).isZero();
    }
  }

  @Test
  void shouldNotAnswerAMismatchedKeyWhenARequestOfItsIdWaitsForItsSchema() {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.pipeRequest(R1, late(), new RecordHeaders());
      worker.pipeRequest(
          WorkerDriver.utf8("other"),
          FakeWire.encode(FakeWire.SCHEMA, Requests.request("r1").build()),
          new RecordHeaders());

      assertThat(worker.completions()).isEmpty();
      assertThat(worker.deadLetters()).hasSize(1);
    }
  }

  @Test
  void shouldAnswerAgainWhenAnsweredIdsAreNotRemembered() {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(Requests.request("r1").build());
      finish(worker);
      worker.submit(Requests.request("r1").build());
      finish(worker);

      assertThat(worker.completions()).hasSize(2);
      assertThat(worker.stored(TaskStores.COMPLETED)).isZero();
    }
  }

  @Test
  void shouldIgnoreAnAnsweredIdWhenItIsRemembered() {
    rules(true, RETENTION);
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(Requests.request("r1").build());
      finish(worker);
      String answeredAt = WireTime.instant(parts.clock.epochMicros()).toString();
      worker.submitExpress(Requests.request("r1").build());
      finish(worker);

      assertThat(worker.completions()).hasSize(1);
      assertThat(ignored()).isEqualTo(1);
      assertThat(onlyLetter(worker)).contains("'r1'", "answered", answeredAt);
    }
  }

  @Test
  void shouldRememberEveryStatusWhenIdsAreRemembered() {
    rules(false, RETENTION);
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(Requests.request("failed").setModel("none").build());
      worker.control(Requests.cancel("cancelled"));
      worker.submit(Requests.request("cancelled").build());
      worker.submit(
          Requests.request("expired")
              .setDeadline(WireTime.instant(parts.clock.epochMicros()))
              .build());
      assertThat(worker.completions()).hasSize(3);
      for (String id : List.of("failed", "cancelled", "expired")) {
        worker.submit(Requests.request(id).build());
      }

      assertThat(worker.completions()).isEmpty();
      assertThat(ignored()).isEqualTo(3);
    }
  }

  @Test
  void shouldForgetWhenTheRetentionIsOver() {
    rules(false, RETENTION);
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(Requests.request("old").build());
      finish(worker);
      worker.advance(RETENTION.dividedBy(2));
      worker.submit(Requests.request("young").build());
      finish(worker);
      assertThat(worker.stored(TaskStores.COMPLETED)).as("by id and by time").isEqualTo(4);
      worker.advance(RETENTION.dividedBy(2).plusMinutes(2));

      assertThat(worker.stored(TaskStores.COMPLETED)).isEqualTo(2);
      worker.completions();
      worker.submit(Requests.request("old").build());
      worker.submit(Requests.request("young").build());
      finish(worker);
      assertThat(worker.completion().getId()).isEqualTo("old");
    }
  }

  @Test
  void shouldNotHeedAnIdPastItsRetentionWhenItIsStillStored() {
    rules(false, RETENTION);
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(Requests.request("r1").build());
      finish(worker);
      worker.completions();
      parts.clock.advance(RETENTION);
      worker.submit(Requests.request("r1").build());
      finish(worker);

      assertThat(worker.completions()).hasSize(1);
      assertThat(worker.stored(TaskStores.COMPLETED)).as("the later answer alone").isEqualTo(2);
    }
  }

  @Test
  void shouldRememberWithTheAnswerOrNotAtAllWhenTheOwnerDies() {
    rules(false, RETENTION);
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    owner.commit();
    parts.engine.finish();
    owner.punctuate(TestParts.DRAIN_INTERVAL); // answered, and dies before the commit

    TestParts second = new TestParts();
    second.intake = parts.intake;
    TaskLife heir = new TaskLife(second, committed);
    heir.submit(Requests.request("r1").build());
    heir.tick();
    second.engine.finish();
    heir.punctuate(TestParts.DRAIN_INTERVAL);
    heir.commit();
    assertThat(committed.completions).hasSize(1);
    assertThat(second.count("lacuna.requests.duplicate")).as("pending").isEqualTo(1);

    TestParts third = new TestParts();
    third.intake = parts.intake;
    TaskLife last = new TaskLife(third, committed);
    last.submit(Requests.request("r1").build());
    last.tick();
    last.punctuate(TestParts.DRAIN_INTERVAL);
    assertThat(third.engine.submitted()).as("answered, in the committed store").isEmpty();
    assertThat(third.count("lacuna.requests.duplicate")).isEqualTo(1);
  }

  @Test
  void shouldBeADuplicateOfWhatWasPendingWhenItCameThoughItIsReadAfterTheAnswer() {
    rules(false, Duration.ZERO); // answered ids aren't remembered
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    owner.commit();

    TestParts second = new TestParts();
    second.intake = parts.intake;
    TaskLife heir = new TaskLife(second, committed);
    heir.submit(Requests.request("r1").build());
    heir.process("requests", WorkerDriver.utf8("r1"), new byte[] {1, 2}); // no request at all
    second.soloRuns.changed(1); // of another task: nothing is read
    heir.tick();
    second.engine.finish();
    heir.punctuate(TestParts.DRAIN_INTERVAL);
    heir.commit();
    assertThat(committed.completions).hasSize(1);
    assertThat(second.count("lacuna.requests.duplicate")).isZero();

    TestParts third = new TestParts();
    third.intake = parts.intake;
    TaskLife last = new TaskLife(third, committed);
    last.tick();
    last.punctuate(TestParts.DRAIN_INTERVAL);
    last.commit();
    assertThat(third.count("lacuna.requests.duplicate")).isEqualTo(1);
    assertThat(third.engine.submitted()).isEmpty();
    assertThat(committed.deadLetters).hasSize(1);
    assertThat(committed.stored()).isZero();
  }

  @Test
  void shouldAnswerTheFirstThoughItWaitedAndTheSecondNeedNot() {
    rules(true, RETENTION);
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    parts.soloRuns.changed(1); // of another task: nothing is read
    owner.submit(Requests.request("r1").build());
    parts.soloRuns.changed(-1);
    owner.process(
        "requests",
        WorkerDriver.utf8("r1"),
        FakeWire.encode(FakeWire.SCHEMA, Requests.request("r1").setSamples(2).build()));
    assertThat(parts.engine.submitted()).isEmpty();
    owner.punctuate(TestParts.DRAIN_INTERVAL);
    parts.engine.finish();
    owner.punctuate(TestParts.DRAIN_INTERVAL);
    owner.commit();
    assertThat(committed.completions)
        .singleElement()
        .satisfies(answer -> assertThat(answer.getSamples()).as("of the first").hasSize(1));
    assertThat(committed.deadLetters).as("the second").hasSize(1);
    assertThat(committed.stored()).as("its id").isEqualTo(2);
  }

  @Test
  void shouldAnswerTheFirstThoughItsSchemaIsToldOnlyWhenTheSecondIsRead() {
    rules(true, RETENTION);
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    byte[] key = WorkerDriver.utf8("r1");
    owner.process("requests", key, FakeWire.encode(2, Requests.request("r1").build()));
    parts.wire.cache(2); // told, and no drain has looked yet
    owner.process(
        "requests", key, FakeWire.encode(2, Requests.request("r1").setSamples(2).build()));
    assertThat(parts.engine.submitted()).isEmpty();
    owner.punctuate(TestParts.DRAIN_INTERVAL); // the first's outcome is not there: the second waits
    assertThat(parts.engine.submitted()).isEmpty();
    parts.schemas.put(2, new SchemaFetch.Cached());
    owner.punctuate(TestParts.DRAIN_INTERVAL);
    parts.engine.finish();
    owner.punctuate(TestParts.DRAIN_INTERVAL);
    owner.commit();
    assertThat(committed.completions)
        .singleElement()
        .satisfies(answer -> assertThat(answer.getSamples()).as("of the first").hasSize(1));
    assertThat(committed.deadLetters).as("the second").hasSize(1);
  }

  @Test
  void shouldEmptyTheStoreWhenTheMemoryIsSwitchedOff() {
    rules(false, RETENTION);
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    parts.engine.finish();
    owner.punctuate(TestParts.DRAIN_INTERVAL);
    owner.commit();
    assertThat(committed.stored()).isEqualTo(2);
    TaskLife heir = new TaskLife(new TestParts(), committed);
    heir.tick();
    heir.punctuate(Duration.ofMinutes(1));
    heir.commit();

    assertThat(committed.stored()).isZero();
  }

  @Test
  void shouldNotWriteUnarmedWhenIdsHavePassed() {
    rules(false, RETENTION);
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    parts.engine.finish();
    owner.punctuate(TestParts.DRAIN_INTERVAL);
    owner.commit();
    TestParts next = new TestParts();
    next.clock.advance(RETENTION.multipliedBy(3));
    TaskLife heir = new TaskLife(next, committed);
    heir.punctuate(Duration.ofMinutes(1));

    assertThat(heir.storesUntouched()).isTrue();
  }

  @Test
  void shouldNotRememberACancellationWhenItsRequestIsKnownToBeAnswered() {
    rules(false, RETENTION);
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(Requests.request("r1").build());
      finish(worker);
      worker.control(Requests.cancel("r1"));

      assertThat(worker.stored(TaskStores.CANCELLATIONS)).isZero();
      assertThat(parts.count("lacuna.cancellations.idle")).isEqualTo(1);
      assertThat(worker.completions())
          .extracting(GenerationCompletion::getStatus)
          .containsExactly(CompletionStatus.COMPLETED);
    }
  }
}
