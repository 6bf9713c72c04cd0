package dev.lacuna.topology.host;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.lacuna.topology.process.TaskStores;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Files that a process opens at once: how many a worker needs, and whether it may.
 *
 * <p>Counted in a process: 81 without a task (class path, sockets, libraries, log) and 42 for each,
 * 7 for each store (log, manifest, lock, write-ahead log, folders). The numbers here leave room for
 * more brokers and for tables, of which a store has a few.
 */
public final class Descriptors {

  private static final int PROCESS = 128;
  private static final int EACH_STORE = 12;

  private Descriptors() {}

  /** How many the process may open; empty where the system doesn't tell. */
  public static OptionalLong limit() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            && unix.getMaxFileDescriptorCount() > 0
        ? OptionalLong.of(unix.getMaxFileDescriptorCount())
        : OptionalLong.empty();
  }

  /** How many a worker needs that has so many tasks. */
  public static long needed(int tasks) {
    return PROCESS + (long) tasks * TaskStores.NAMES.size() * EACH_STORE;
  }

  /** Why a worker can't start under a limit: it could not hold one task; empty if it could. */
  public static Optional<String> problem(long limit) {
    return limit >= needed(1)
        ? Optional.empty()
        : Optional.of(
            "The process may open %,d files, a worker with one task needs %,d: raise the limit (%s)."
                .formatted(limit, needed(1), cure(needed(1))));
  }

  /**
   * What may happen under a limit: once other workers are away, the tasks of all partitions are one
   * worker's; empty if it can hold them.
   */
  public static Optional<String> warning(long limit, int partitions) {
    return limit >= needed(partitions)
        ? Optional.empty()
        : Optional.of(
            "the process may open %,d files, the tasks of all %,d partitions need %,d: while other workers are away it fails; raise the limit (%s)"
                .formatted(limit, partitions, needed(partitions), cure(needed(partitions))));
  }

  private static String cure(long needed) {
    return "ulimit -n %d, LimitNOFILE of systemd".formatted(needed);
  }
}
