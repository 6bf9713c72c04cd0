package dev.lacuna.topology.kafka;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

/** A single daemon thread for work that must not run on a stream thread. */
final class DaemonThread {
  private DaemonThread() {}

  /** What is handed to it after its shutdown is dropped, so that no caller has to ask first. */
  static ScheduledThreadPoolExecutor named(String name) {
    return new ScheduledThreadPoolExecutor(
        1,
        work -> {
          Thread thread = new Thread(work, name);
          thread.setDaemon(true);
          return thread;
        },
        new ThreadPoolExecutor.DiscardPolicy());
  }
}
