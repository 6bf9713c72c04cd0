package dev.lacuna.testbed;

import java.nio.file.Path;

/**
 * A server in a child process and the temporary folder that it lives in. {@link #close} leaves
 * nothing behind, and neither does the end of this process, whatever way it ends.
 *
 * <p>Threading: {@link #launch} and {@link #child} are guarded by the server's own lock; any thread
 * may call {@link #close}, which takes none and so cuts a start short.
 */
final class ChildServer implements AutoCloseable {

  private final TemporaryFolder folder;
  private final Path log;
  private final Thread shutdownHook;
  private volatile ChildJvm child;

  /**
   * Makes the folder; nothing runs yet.
   *
   * @param parent folder in which the server's own is made
   * @param name short, for the folder, the log and the hook's thread
   */
  ChildServer(Path parent, String name) {
    folder = TemporaryFolder.under(parent, name + "-");
    log = folder.path().resolve(name + ".log");
    shutdownHook = new Thread(this::end, "local-" + name + "-end");
    Runtime.getRuntime().addShutdownHook(shutdownHook);
  }

  /** Makes a server ready, and leaves nothing behind if that fails. */
  void open(Runnable start) {
    try {
      start.run();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts the process; one that runs must have been stopped. */
  ChildJvm launch(ChildJvm.Command command) {
    child = ChildJvm.start(command, folder.path(), log);
    return child;
  }

  /** The running process, the last one if it was stopped, null before the first. */
  ChildJvm child() {
    return child;
  }

  Path folder() {
    return folder.path();
  }

  /** Output of the process; it grows over restarts. */
  Path log() {
    return log;
  }

  /** Ends the process and deletes the folder. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      return; // This process is ending: the hook does it.
    }
    end();
  }

  /** Takes no lock: the end of this process must not wait for a server that is starting. */
  private void end() {
    if (child != null) {
      child.kill();
    }
    folder.delete();
  }
}
