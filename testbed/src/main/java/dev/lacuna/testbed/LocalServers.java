package dev.lacuna.testbed;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * A broker and a registry of a command's own, on loopback, with a temporary folder; {@link #close}
 * leaves nothing of them.
 *
 * <p>Threading: any thread may call any method.
 */
public final class LocalServers implements AutoCloseable {
  private final TemporaryFolder folder;
  private final CompletableFuture<LocalBroker> broker;
  private final CompletableFuture<LocalRegistry> registry;

  private LocalServers(TemporaryFolder folder, Executor executor) {
    this.folder = folder;
    this.broker = CompletableFuture.supplyAsync(() -> LocalBroker.start(folder.path()), executor);
    this.registry =
        CompletableFuture.supplyAsync(() -> LocalRegistry.start(folder.path()), executor);
  }

  /**
   * Starts both at once and returns before they are ready.
   *
   * @param prefix of the temporary folder's name
   */
  public static LocalServers start(String prefix, Executor executor) {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    return new LocalServers(TemporaryFolder.under(parent, prefix), executor);
  }

  /** The temporary folder, for whatever else the command has to keep. */
  public Path folder() {
    return folder.path();
  }

  /** Waits for the broker; its address. */
  public String bootstrapServers() {
    return ready(broker).bootstrapServers();
  }

  /** Waits for the registry; its address. */
  public String registryUrl() {
    return ready(registry).url();
  }

  private static <T> T ready(CompletableFuture<T> server) {
    try {
      return server.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      close(broker);
    } finally {
      try {
        close(registry);
      } finally {
        folder.delete(); // With what the worker's stores have left.
      }
    }
  }

  private static void close(CompletableFuture<? extends AutoCloseable> server) {
    server
        .handle(
            (started, failure) -> {
              try {
                if (started != null) {
                  started.close();
                }
              } catch (Exception e) {
                throw new CompletionException(e);
              }
              return null;
            })
        .join();
  }

  /** Kills both at once and deletes what is left, as far as that goes: the process ends anyway. */
  public void giveUp() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    folder.delete();
  }
}
