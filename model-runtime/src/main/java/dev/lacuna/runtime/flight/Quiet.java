package dev.lacuna.runtime.flight;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whether anything dangerous goes on. Many may share the danger; who wants it alone waits for the
 * others to end, and holds up those who come later.
 *
 * <p>Threading: any thread may call any method; whoever entered is left by any.
 */
final class Quiet {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int sharing;
  private int waiting; // for being alone
  private boolean alone;

  /** Begins something dangerous beside others; waits while somebody is alone or wants to be. */
  void enter() {
    lock.lock();
    try {
      while (alone || waiting > 0) {
        changed.awaitUninterruptibly();
      }
      sharing++;
    } finally {
      lock.unlock();
    }
  }

  /** Ends what {@link #enter} began. */
  void leave() {
    lock.lock();
    try {
      sharing--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Begins something dangerous beside which nothing is; waits for the others to end. */
  void enterAlone() {
    lock.lock();
    try {
      waiting++;
      while (alone || sharing > 0) {
        changed.awaitUninterruptibly();
      }
      waiting--;
      alone = true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends what {@link #enterAlone} began. */
  void leaveAlone() {
    lock.lock();
    try {
      alone = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
