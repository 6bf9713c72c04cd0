package dev.lacuna.deploy.demo;

import dev.lacuna.deploy.local.LocalBroker;
import dev.lacuna.deploy.local.LocalRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
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
  private final Path folder;
  private final CompletableFuture<LocalBroker> broker;
  private final CompletableFuture<LocalRegistry> registry;

  private DemoServers(Path folder, Executor executor) {
    this.folder = folder;
    this.broker = CompletableFuture.supplyAsync(() -> LocalBroker.start(folder), executor);
    this.registry = CompletableFuture.supplyAsync(() -> LocalRegistry.start(folder), executor);
  }

  /** Starts both at once and returns before they are ready. */
  static DemoServers start(Executor executor) {
    try {
      return new DemoServers(Files.createTempDirectory("lacuna-demo-"), executor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The demo's temporary folder. */
  Path folder() {
    return folder;
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
    close(broker);
    close(registry);
    deleteFolder();
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

  /** Deletes what the servers and the worker's stores have left; fine if it is gone. */
  void deleteFolder() {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              return FileVisitResult.CONTINUE; // Somebody else was quicker.
            }

            @Override
            public FileVisitResult postVisitDirectory(Path entered, IOException failure)
                throws IOException {
              Files.deleteIfExists(entered);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
