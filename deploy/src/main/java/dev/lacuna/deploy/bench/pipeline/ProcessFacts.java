package dev.lacuna.deploy.bench.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux tells of a process. */
final class ProcessFacts {

  private ProcessFacts() {}

  /** Resident memory in KiB. */
  static long residentKib(long pid) {
    try {
      return residentKib(Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")));
    } catch (IOException e) {
      throw new UncheckedIOException("memory is read from /proc, which only Linux has", e);
    }
  }

  static long residentKib(List<String> status) {
    String line =
        status.stream()
            .filter(candidate -> candidate.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no VmRSS: the process has ended"));
    return Long.parseLong(line.replaceAll("\\D", ""));
  }
}
