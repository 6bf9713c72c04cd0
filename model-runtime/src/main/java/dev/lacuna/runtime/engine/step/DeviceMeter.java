package dev.lacuna.runtime.engine.step;

/**
 * Counts an engine's forward passes and their device time. What they cost that threw is in neither:
 * no run is nearer its end for it.
 *
 * <p>Threading: written by the engine's thread; any thread may read.
 */
public final class DeviceMeter {

  private volatile long passes;
  private volatile long deviceMicros;

  void count(long micros) {
    deviceMicros = deviceMicros + micros;
    passes = passes + 1;
  }

  /** Forward passes so far: the number of the last, from 1. */
  public long passes() {
    return passes;
  }

  /** Device time of all forward passes so far. */
  public long deviceMicros() {
    return deviceMicros;
  }
}
