package dev.lacuna.runtime.engine.api;

/**
 * One fused forward and sampling run of a model on a device.
 *
 * <p>Threading: owned by the engine's thread, which alone calls {@link #run} and {@link #close}.
 */
public interface ForwardPass extends AutoCloseable {

  /**
   * Proposes a token for each of the batch's positions.
   *
   * @param batch the rows and positions; its {@link StepBatch#proposals}, {@link
   *     StepBatch#confidences} and {@link StepBatch#certainties} are written. What the model made
   *     of a row stands there as it is, numbers or not, and disturbs no other row
   * @throws OutOfDeviceMemory if a smaller batch may fit
   * @throws RuntimeException if it fails in another way; it may be tried again
   */
  void run(StepBatch batch);

  /** {@code cpu}, {@code cuda:0}, …; as published with every step. */
  String device();

  @Override
  void close();
}
