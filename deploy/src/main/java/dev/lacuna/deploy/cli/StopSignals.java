package dev.lacuna.deploy.cli;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Stops a command in order on SIGTERM, Ctrl-C and hang-up.
 *
 * <p>Not by a shutdown hook: hooks run all at once, and ONNX Runtime's own frees what a running
 * forward pass needs, which ends the process with a crash. So the command's clean-up comes first
 * and the exit after it. Without a clean-up the process is halted, hooks and all.
 *
 * <p>Threading: any thread may call any method; the clean-up runs on the signal's thread, once.
 */
public final class StopSignals {
  private static final List<String> NAMES = List.of("HUP", "INT", "TERM");

  /** What a shell reports of a process that a signal ended. */
  private static final int SIGNAL_STATUS = 128;

  private final AtomicReference<Runnable> cleanUp = new AtomicReference<>();
  private final AtomicBoolean stopping = new AtomicBoolean();

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

  /** What to do before the process ends; takes the place of what was set before. */
  void onStop(Runnable action) {
    cleanUp.set(action);
  }

  /** Whether a signal came: what fails from then on is not worth telling. */
  boolean isStopping() {
    return stopping.get();
  }

  /** Blocks for ever if a signal came, since its thread ends the process; otherwise returns. */
  public void awaitEndIfStopping() {
    while (stopping.get()) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        // Whoever interrupts can't stop the process from ending.
      }
    }
  }

  private void stop(Signal signal) {
    int status = SIGNAL_STATUS + signal.getNumber();
    Runnable action = cleanUp.get();
    if (!stopping.compareAndSet(false, true) || action == null) {
      Runtime.getRuntime().halt(status); // Also the second Ctrl-C of somebody in a hurry.
      return;
    }
    action.run();
    System.exit(status);
  }
}
