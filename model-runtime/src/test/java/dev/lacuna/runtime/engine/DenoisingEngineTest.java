package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.OutOfDeviceMemory;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DenoisingEngineTest {

  private static final long DEADLINE_SECONDS = 30;

  /** Lets a test decide when each forward pass goes on. */
  private static final class Gate extends HashForwardPass {
    final Semaphore entered = new Semaphore(0);
    final Semaphore permits = new Semaphore(0);
    volatile RuntimeException failure;

    Gate() {
      super(Runs.FACTS.tokens());
    }

    @Override
    public void run(StepBatch batch) {
      entered.release();
      permits.acquireUninterruptibly();
      if (failure != null) {
        throw failure;
      }
      super.run(batch);
    }

    void awaitForward() throws InterruptedException {
      assertThat(entered.tryAcquire(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  private final Gate gate = new Gate();
  private final DenoisingEngine engine = engine(gate, 2);

  private static DenoisingEngine engine(ForwardPass forward, int slots) {
    return new DenoisingEngine(
        List.of(new EngineModel(Runs.FACTS, forward)), EngineOptions.DEFAULT.withSlots(slots));
  }

  @AfterEach
  void close() {
    gate.permits.release(1_000_000);
    engine.close();
  }

  private static void awaitEnd(Recorder recorder) throws InterruptedException {
    assertThat(recorder.over.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private static void awaitTrue(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldGiveTheSameTokensWhenManyThreadsSubmit() throws Exception {
    gate.permits.release(1_000_000);
    List<RunSpec> specs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      UnmaskingOrder order = i % 2 == 0 ? UnmaskingOrder.CONFIDENCE : UnmaskingOrder.RANDOM;
      specs.add(Runs.spec(Runs.randomPlan(1 + 6 * i, i), Runs.settings(1 + i % 9, order, i)));
    }
    List<Recorder> together = specs.stream().map(spec -> new Recorder()).toList();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int first = t;
      threads.add(
          new Thread(
              () -> {
                for (int i = first; i < specs.size(); i += 4) {
                  engine.submit(specs.get(i), together.get(i));
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 0; i < specs.size(); i++) {
      awaitEnd(together.get(i));
      try (DenoisingEngine other = engine(new HashForwardPass(Runs.FACTS.tokens()), 1)) {
        Recorder alone = new Recorder();
        other.submit(specs.get(i), alone);
        awaitEnd(alone);
        assertThat(together.get(i).finished()).isEqualTo(alone.finished());
      }
    }
  }

  @Test
  void shouldTakeRunsInAtTheNextStepBoundary() throws Exception {
    Recorder first = new Recorder();
    engine.submit(Runs.spec(2), first);
    gate.awaitForward();
    Recorder second = new Recorder();
    engine.submit(Runs.spec(1), second);
    gate.permits.release(2);
    awaitEnd(first);
    awaitEnd(second);
    assertThat(first.steps()).extracting(StepReport::batchRows).containsExactly(1, 2);
    assertThat(second.sequences()).containsExactly(2L);
  }

  @Test
  void shouldCancelRunningAndWaitingRunsAtTheNextStepBoundary() throws Exception {
    Recorder running = new Recorder();
    var runningHandle = engine.submit(Runs.spec(5), running);
    engine.submit(Runs.spec(5), new Recorder());
    gate.awaitForward();
    Recorder waiting = new Recorder();
    engine.submit(Runs.spec(5), new Recorder());
    var waitingHandle = engine.submit(Runs.spec(5), waiting);
    runningHandle.cancel();
    runningHandle.cancel();
    waitingHandle.cancel();
    assertThat(running.events).isEmpty();
    gate.permits.release();
    awaitEnd(running);
    awaitEnd(waiting);
    assertThat(running.cancelledAfter()).isEqualTo(1);
    assertThat(waiting.cancelledAfter()).isZero();
  }

  @Test
  void shouldLetARunThatIsAloneIntoCompanyWhenAnyThreadSharesIt() throws Exception {
    Recorder alone = new Recorder();
    var handle = engine.submit(Runs.alone(Runs.spec(3)), alone);
    gate.awaitForward();
    Recorder company = new Recorder();
    engine.submit(Runs.spec(1), company);
    gate.permits.release();
    gate.awaitForward();
    assertThat(company.events).isEmpty();
    Thread sharer = new Thread(handle::share);
    sharer.start();
    sharer.join();
    gate.permits.release(2);
    awaitEnd(alone);
    awaitEnd(company);
    assertThat(alone.steps()).extracting(StepReport::batchRows).containsExactly(1, 1, 2);
    assertThat(company.sequences()).containsExactly(3L);
    handle.share();
    handle.cancel();
  }

  @Test
  void shouldStopAndKeepTheFailureWhenTheDeviceIsLost() throws Exception {
    gate.failure = new IllegalStateException("device lost");
    Recorder running = new Recorder();
    engine.submit(Runs.spec(2), running);
    gate.permits.release(2); // the step, and the canvas that shows whether the device works
    awaitTrue(() -> engine.failure().isPresent());
    assertThat(engine.failure()).contains(gate.failure);
    assertThat(running.events).as("a lost device ends no run").isEmpty();
    assertThatThrownBy(() -> engine.submit(Runs.spec(2), new Recorder()))
        .isInstanceOf(IllegalStateException.class)
        .hasCause(gate.failure);
    engine.close();
    assertThat(gate.closedBy).isNotNull();
  }

  @Test
  void shouldStopAndKeepTheFailureWhenAnObserverThrows() throws Exception {
    // Even one that a forward pass could have thrown: it must not be taken for the device's.
    RuntimeException error = new OutOfDeviceMemory("observer", null);
    Recorder other = new Recorder();
    engine.submit(
        Runs.spec(2),
        event -> {
          throw error;
        });
    gate.awaitForward();
    engine.submit(Runs.spec(2), other);
    gate.permits.release();
    awaitTrue(() -> engine.failure().isPresent());
    assertThat(engine.failure()).contains(error);
    assertThat(other.events).isEmpty();
  }

  @Test
  void shouldStopAtTheNextStepBoundaryWhenClosed() throws Exception {
    Recorder recorder = new Recorder();
    engine.submit(Runs.spec(5), recorder);
    gate.awaitForward();
    CountDownLatch closed = new CountDownLatch(1);
    Thread closer =
        new Thread(
            () -> {
              engine.close();
              closed.countDown();
            });
    closer.start();
    awaitTrue(() -> closer.getState() == Thread.State.WAITING);
    assertThat(gate.closedBy).isNull();
    gate.permits.release();
    assertThat(closed.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(recorder.steps()).hasSize(1);
    assertThat(gate.closedBy.getName()).isEqualTo("lacuna-engine");
    assertThat(engine.failure()).isEmpty();
    assertThatThrownBy(() -> engine.submit(Runs.spec(1), recorder)).hasMessageContaining("closed");
    engine.close();
  }

  @Test
  void shouldBlockWhenIdleAndWakeForWorkAndForClose() throws Exception {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Consumer<RunEvent> observer = event -> thread.set(Thread.currentThread());
    gate.permits.release(1_000_000);
    engine.submit(Runs.spec(1), observer);
    awaitTrue(() -> thread.get() != null && thread.get().getState() == Thread.State.WAITING);
    assertThat(engine.snapshot().batches()).isEmpty();
    assertThat(engine.snapshot().forwardPasses()).isEqualTo(1);
    Recorder recorder = new Recorder();
    engine.submit(Runs.spec(2), recorder);
    awaitEnd(recorder);
    engine.close();
    assertThat(thread.get().isAlive()).isFalse();
  }

  @Test
  void shouldLetAnObserverSubmitAndCancelButNotClose() throws Exception {
    gate.permits.release(1_000_000);
    Recorder next = new Recorder();
    AtomicReference<Throwable> refused = new AtomicReference<>();
    engine.submit(
        Runs.spec(1),
        event -> {
          if (event instanceof RunEvent.Finished) {
            engine.submit(Runs.spec(1), next);
            try {
              engine.close();
            } catch (IllegalStateException e) {
              refused.set(e);
            }
          }
        });
    awaitEnd(next);
    assertThat(refused.get()).hasMessageContaining("observer");
  }

  @Test
  void shouldRefuseUnknownModelsAndImpossibleOptions() {
    RunSpec spec = Runs.spec(1);
    RunSpec unknown =
        new RunSpec(
            "?", spec.plan(), spec.settings(), spec.random(), spec.sample(), 0, 0, 0, spec.from());
    assertThatThrownBy(() -> engine.submit(unknown, new Recorder()))
        .hasMessageContaining("no model '?'");
    assertThatThrownBy(() -> EngineOptions.DEFAULT.withSlots(-1)).hasMessageContaining("slots");
    assertThatThrownBy(() -> new DenoisingEngine(List.of(), EngineOptions.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class);
    EngineModel model = new EngineModel(Runs.FACTS, gate);
    assertThatThrownBy(() -> new DenoisingEngine(List.of(model, model), EngineOptions.DEFAULT))
        .hasMessageContaining("two models");
  }
}
