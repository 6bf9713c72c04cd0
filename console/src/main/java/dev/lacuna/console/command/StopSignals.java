package dev.lacuna.console.command;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Stops a command in order on SIGTERM, Ctrl-C and hang-up.
 *
 * <p>Not by a shutdown hook: hooks run all at once, and ONNX Runtime's own frees what a running
 * forward pass needs, which ends the process with a crash. So the command's clean-up comes first
 * and the exit after it. Without a clean-up the process is halted, hooks and all. The second signal
 * is answered with a hint, the third ends the process at once.
 *
 * <p>Threading: any thread may call any method; the clean-up runs on the signal's thread, once.
 * Every signal has a thread of its own.
 */
public final class StopSignals {
  private static final List<String> NAMES = List.of("HUP", "INT", "TERM");

  /** What a shell reports of a process that a signal ended. */
  private static final int SIGNAL_STATUS = 128;

  private static final int SIGNALS_TO_GIVE_UP = 3;

  /**
   * What to do; the clean-up says whether all went in order, so that the exit status is 0.
   *
   * @param atOnce whether the process is halted after the clean-up, without its shutdown hooks
   */
  private record Actions(BooleanSupplier cleanUp, Runnable giveUp, boolean atOnce) {}

  private final AtomicReference<Actions> actions = new AtomicReference<>();
  private final AtomicInteger received = new AtomicInteger();
  private final PrintStream err;
  private final IntConsumer exit;
  private final IntConsumer halt;

  /** Ends this process. */
  public StopSignals() {
    this(System.err, System::exit, Runtime.getRuntime()::halt);
  }

  /** Ends whatever these end. */
  StopSignals(PrintStream err, IntConsumer exit, IntConsumer halt) {
    this.err = err;
    this.exit = exit;
    this.halt = halt;
  }

  /** From now on signals come here; one that the process ignores (nohup) stays ignored. */
  public void install() {
    for (String name : NAMES) {
      try {
        Signal signal = new Signal(name);
        SignalHandler before = Signal.handle(signal, this::stop);
        if (before == SignalHandler.SIG_IGN) {
          Signal.handle(signal, before);
        }
      } catch (IllegalArgumentException e) {
        // No such signal on this system, or the JVM was told to keep it to itself (-Xrs).
      }
    }
  }

  /**
   * What to do before the process ends; takes the place of what was set before.
   *
   * @param cleanUp ends the command in order
   * @param giveUp what must be done even if the clean-up is not waited for; quick
   */
  public void onStop(Runnable cleanUp, Runnable giveUp) {
    onCleanStop(
        () -> {
          cleanUp.run();
          return false;
        },
        giveUp);
  }

  /**
   * The same for a command that a signal ends as it should: if the clean-up says that all went in
   * order, the exit status is 0 and not that of a signal.
   */
  public void onCleanStop(BooleanSupplier cleanUp, Runnable giveUp) {
    actions.set(new Actions(cleanUp, giveUp, false));
  }

  /**
   * The same for a command that has begun nothing that would have to be ended: the process is
   * halted with exit status 0, so that the threads of its start can be anywhere.
   *
   * @param note called before; quick
   */
  public void onStopAtOnce(Runnable note) {
    BooleanSupplier noted =
        () -> {
          note.run();
          return true;
        };
    actions.set(new Actions(noted, () -> {}, true));
  }

  /** Whether a signal came: what fails from then on is not worth telling. */
  boolean isStopping() {
    return received.get() > 0;
  }

  /** Blocks for ever if a signal came, since its thread ends the process; otherwise returns. */
  public void awaitEndIfStopping() {
    while (isStopping()) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        // Whoever interrupts can't stop the process from ending.
      }
    }
  }

  /**
   * Ends the process with a status: without its shutdown hooks where a signal would end it so too.
   */
  void end(int status) {
    Actions now = actions.get();
    (now != null && now.atOnce() ? halt : exit).accept(status);
  }

  private void stop(Signal signal) {
    stop(SIGNAL_STATUS + signal.getNumber());
  }

  void stop(int status) {
    Actions todo = actions.get();
    int count = received.incrementAndGet();
    if (todo == null) {
      halt.accept(status);
    } else if (count == 1) {
      runThen(todo.cleanUp(), todo.atOnce() ? halt : exit, status);
    } else if (count < SIGNALS_TO_GIVE_UP) {
      err.println("still stopping; press Ctrl-C again to give up");
    } else {
      runThen(
          () -> {
            todo.giveUp().run();
            return false;
          },
          halt,
          status);
    }
  }

  /** Whatever becomes of the action, the process ends. */
  private void runThen(BooleanSupplier action, IntConsumer end, int status) {
    boolean inOrder = false;
    try {
      inOrder = action.getAsBoolean();
    } catch (RuntimeException | Error e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      err.println("error: stopping in order failed: " + reason.lines().findFirst().orElse(""));
    } finally {
      end.accept(inOrder ? 0 : status);
    }
  }
}
