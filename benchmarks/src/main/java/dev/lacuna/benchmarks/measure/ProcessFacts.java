package dev.lacuna.benchmarks.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What Linux tells of a process. */
public final class ProcessFacts {
  private static final int USER_TIME = 11;

  /** Linux counts processor time in hundredths of a second, whatever the kernel's own tick. */
  private static final long TICK_NANOS = 10_000_000;

  private ProcessFacts() {}

  /** Resident memory in KiB. */
  public static long residentKib(long pid) {
    try {
      return residentKib(Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")));
    } catch (IOException e) {
      throw new UncheckedIOException("memory is read from /proc, which only Linux has", e);
    }
  }

  /** As {@link #residentKib(long)}, of the lines of {@code /proc/PID/status}. */
  public static long residentKib(List<String> status) {
    return kib(status, "VmRSS:")
        .orElseThrow(() -> new IllegalStateException("no VmRSS: the process has ended"));
  }

  /** Most bytes of memory that this process has held so far; empty where the system doesn't say. */
  public static OptionalLong peakBytes() {
    try {
      return peakBytes(Files.readAllLines(Path.of("/proc/self/status")));
    } catch (IOException e) {
      return OptionalLong.empty(); // Not Linux: no such file.
    }
  }

  static OptionalLong peakBytes(List<String> status) {
    OptionalLong peak = kib(status, "VmHWM:");
    return peak.isPresent() ? OptionalLong.of(peak.getAsLong() * 1024) : peak;
  }

  private static OptionalLong kib(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst();
  }

  /** Processor time of the threads whose names begin so, in nanoseconds. */
  public static long threadNanos(long pid, String prefix) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return threads.mapToLong(thread -> threadNanos(thread, prefix)).sum();
    } catch (IOException e) {
      throw new UncheckedIOException("threads are read from /proc, which only Linux has", e);
    }
  }

  private static long threadNanos(Path thread, String prefix) {
    try {
      return threadNanos(Files.readString(thread.resolve("stat")), prefix);
    } catch (IOException ended) {
      return 0;
    }
  }

  /**
   * Of one thread, from its line in {@code /proc}: number (name) state, and 11 more to its times.
   */
  public static long threadNanos(String stat, String prefix) {
    int nameEnd = stat.lastIndexOf(')');
    if (!stat.substring(stat.indexOf('(') + 1, nameEnd).startsWith(prefix)) {
      return 0;
    }
    String[] fields = stat.substring(nameEnd + 2).split(" ");
    return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1])) * TICK_NANOS;
  }
}
