package dev.lacuna.runtime.onnx.ort;

import ai.onnxruntime.OrtEnvironment;
import dev.lacuna.runtime.natives.ModelNatives;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;

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

  /** Field of the runtime's own loader. */
  private static final String TEMPORARY = "tempDirectory";

  private static OrtEnvironment environment;
  private static RuntimeException failure;

  private RuntimeEnvironment() {}

  /**
   * The process's one environment.
   *
   * @throws dev.lacuna.runtime.natives.NativesException if there is no folder for its libraries
   * @throws ForwardPassException if it can't start for another reason
   */
  public static synchronized OrtEnvironment get() {
    if (failure != null) {
      throw failure; // A class that failed to load once can't be loaded again.
    }
    if (environment == null) {
      try {
        environment = create();
      } catch (RuntimeException e) {
        failure = e;
        throw e;
      }
    }
    return environment;
  }

  private static OrtEnvironment create() {
    ModelNatives.prepareOnnxRuntime();
    Creation creation = new Creation(new OrtEnvironment[1], new Throwable[1]);
    Thread thread = new Thread(null, creation, "lacuna-onnx-environment", STACK_BYTES);
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
    if (creation.failed()[0] != null) {
      throw unusable(creation.failed()[0]);
    }
    return creation.created()[0];
  }

  private static ForwardPassException unusable(Throwable failed) {
    Throwable cause = failed;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String advice =
        cause instanceof IOException
            ? "; it makes a folder for temporary files in %s: set -Djava.io.tmpdir in LACUNA_JAVA_OPTS"
                    .formatted(System.getProperty("java.io.tmpdir"))
                + " to one that can be written"
            : "";
    return new ForwardPassException("ONNX Runtime can't start: " + cause + advice, failed);
  }

  /** What the thread with the deep stack does. */
  private record Creation(OrtEnvironment[] created, Throwable[] failed) implements Runnable {
    @Override
    public void run() {
      try {
        created[0] = OrtEnvironment.getEnvironment();
        created[0].setTelemetry(false); // nothing of a user's work is anybody else's business
        removeTemporaryFolder();
      } catch (Throwable e) {
        failed[0] = e;
      }
    }

    /**
     * The folder that the runtime makes for libraries it unpacks, and deletes when the process ends
     * in order. Nothing is unpacked, and a killed process would leave it.
     */
    private static void removeTemporaryFolder() {
      try {
        Field folder = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField(TEMPORARY);
        folder.setAccessible(true);
        if (folder.get(null) instanceof Path path) {
          Files.deleteIfExists(path);
        }
      } catch (ReflectiveOperationException | IOException | RuntimeException e) {
        // Another version, or it holds something: it stays until the process ends.
      }
    }
  }
}
