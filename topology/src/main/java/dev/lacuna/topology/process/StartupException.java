package dev.lacuna.topology.process;

import java.util.List;

/** The worker can't start as things are; its message says all that is wrong and the cures. */
public final class StartupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Refuses to start for these reasons. */
  public StartupException(List<String> problems) {
    super(String.join("\n", problems));
  }

  /** Could not find out. */
  public StartupException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
