package dev.lacuna.topology.process;

/** The engine's thread has died, so accepted work can't go on in this process: it has to stop. */
public final class EngineFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Wraps what stopped the engine. */
  public EngineFailedException(Throwable cause) {
    super("The engine has stopped and this worker with it; accepted work is kept: " + cause, cause);
  }
}
