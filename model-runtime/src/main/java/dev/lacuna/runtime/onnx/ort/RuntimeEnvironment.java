package dev.lacuna.runtime.onnx.ort;

import ai.onnxruntime.OrtEnvironment;

/**
 * ONNX Runtime's environment, created on a thread with a deep stack.
 *
 * <p>Why: ONNX Runtime 1.29 matches the process's command line ({@code /proc/self/cmdline}) against
 * a regular expression while it creates its environment, and the C++ library's matcher recurses
 * once for each character. A command line of some thousand characters, as a class path easily has,
 * overflows the 1 MiB stack of a Java thread, and the process dies of SIGSEGV without a word.
 *
 * <p>Threading: any thread may call it.
 */
public final class RuntimeEnvironment {

  /** Reserved, not used: enough for about a million characters. */
  private static final long STACK_BYTES = 256L << 20;

  private RuntimeEnvironment() {}

  /** The process's one environment. */
  public static OrtEnvironment get() {
    return Holder.ENVIRONMENT;
  }

  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT = create();

    private static OrtEnvironment create() {
      OrtEnvironment[] created = new OrtEnvironment[1];
      Throwable[] failed = new Throwable[1];
      // A class of its own: a lambda here would wait for this class's initialisation, for ever.
      Thread thread =
          new Thread(null, new Creation(created, failed), "lacuna-onnx-environment", STACK_BYTES);
      thread.start();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (failed[0] != null) {
        throw new ForwardPassException("ONNX Runtime can't start: " + failed[0], failed[0]);
      }
      return created[0];
    }
  }

  /** What the thread with the deep stack does. */
  private record Creation(OrtEnvironment[] created, Throwable[] failed) implements Runnable {
    @Override
    public void run() {
      try {
        created[0] = OrtEnvironment.getEnvironment();
        created[0].setTelemetry(false); // nothing of a user's work is anybody else's business
      } catch (Throwable e) {
        failed[0] = e;
      }
    }
  }
}
