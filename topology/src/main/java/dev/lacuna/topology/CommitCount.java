package dev.lacuna.topology;

/**
 * How many transactions a stream thread has committed. What a task wrote when the count was n is
 * committed once it is greater: all tasks of a thread share its transactions.
 *
 * <p>Threading: asked by a stream thread about itself.
 */
@FunctionalInterface
public interface CommitCount {

  /** Transactions that the calling thread has committed so far. */
  long committed();
}
