package dev.lacuna.topology.process;

/**
 * When an incarnation of a task may write. There is one rule under which nothing is published
 * twice; tests take others to show that they would notice.
 *
 * <p>Threading: any thread may call it.
 */
@FunctionalInterface
public interface ArmingRule {
  /** Once it has processed a record: from then on its transactions can be fenced. */
  ArmingRule AFTER_A_RECORD = processed -> processed;

  /**
   * Whether it may write.
   *
   * @param processed whether it has processed a record since it was initialised
   */
  boolean mayWrite(boolean processed);
}
