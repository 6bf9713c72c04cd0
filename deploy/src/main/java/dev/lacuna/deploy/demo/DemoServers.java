package dev.lacuna.deploy.demo;

import dev.lacuna.deploy.local.LocalBroker;
import dev.lacuna.deploy.local.LocalRegistry;
import dev.lacuna.deploy.local.TemporaryFolder;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * A broker and a registry of the demo's own, on loopback, with a temporary folder; {@link #close}
 * leaves nothing of them.
 *
 * <p>Threading: any thread may call any method.
 */
final class DemoServers implements AutoCloseable {
  private final TemporaryFolder folder;
  private final CompletableFuture<LocalBroker> broker;
  private final CompletableFuture<LocalRegistry> registry;

  private DemoServers(TemporaryFolder folder, Executor executor) {
    this.folder = folder;
    this.broker = CompletableFuture.supplyAsync(() -> LocalBroker.start(folder.path()), executor);
    this.registry =
        CompletableFuture.supplyAsync(() -> LocalRegistry.start(folder.path()), executor);
  }

  /** Starts both at once and returns before they are ready. */
  static DemoServers start(Executor executor) {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    return new DemoServers(TemporaryFolder.under(parent, "lacuna-demo-"), executor);
  }

  /** The demo's temporary folder. */
  Path folder() {
    return folder.path();
  }

  /** Waits for the broker; its address. */
  String bootstrapServers() {
    return ready(broker).bootstrapServers();
  }

  /** Waits for the registry; its address. */
  String registryUrl() {
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
  void giveUp() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    folder.delete();
  }
}
