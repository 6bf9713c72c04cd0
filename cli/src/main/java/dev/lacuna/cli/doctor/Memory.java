package dev.lacuna.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory and disk of the machine or container.
 *
 * @param totalBytes of the machine; 0 if not known
 * @param availableBytes what a process may still take, the container's limit applied
 * @param limitBytes the container's limit
 */
record Memory(long totalBytes, long availableBytes, OptionalLong limitBytes) {

  private static final List<String> LIMITS =
      List.of("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes");

  /** Logs, local stores, and the runtime's own library, which the CPU build unpacks. */
  private static final long TEMPORARY_WANTED_BYTES = 256L << 20;

  static Memory of(Probe probe) {
    String info = probe.file("/proc/meminfo").orElse("");
    long total = kibibytes(info, "MemTotal");
    long available = kibibytes(info, "MemAvailable");
    OptionalLong limit = OptionalLong.empty();
    for (String file : LIMITS) {
      String text = probe.file(file).orElse("").strip();
      // Without a limit it says max, or in version 1 a number next to 2^63.
      if (text.matches("[0-9]{1,18}") && (total == 0 || Long.parseLong(text) < total)) {
        limit = OptionalLong.of(Long.parseLong(text));
        break;
      }
    }
    long usable = limit.isPresent() ? Math.min(available, limit.getAsLong()) : available;
    return new Memory(total, usable, limit);
  }

  List<Finding> findings(Probe probe) {
    List<Finding> findings = new ArrayList<>();
    if (totalBytes == 0) {
      findings.add(Finding.fine("memory", "not known: no /proc/meminfo"));
    } else {
      String limited =
          limitBytes.isPresent()
              ? ", limited to " + Sizes.of(limitBytes.getAsLong()) + " by the container"
              : "";
      findings.add(
          Finding.fine(
              "memory",
              "%s, %s available%s; Java heap up to %s"
                  .formatted(
                      Sizes.of(totalBytes),
                      Sizes.of(availableBytes),
                      limited,
                      Sizes.of(probe.heapMaxBytes()))));
    }
    findings.add(disk(probe));
    return findings;
  }

  private static Finding disk(Probe probe) {
    long free = probe.temporaryBytes();
    String folder = probe.property("java.io.tmpdir");
    if (free < 0) {
      return Finding.note(
          "temporary files",
          "nothing is known of " + folder,
          "set -Djava.io.tmpdir in LACUNA_JAVA_OPTS to a folder that can be written");
    }
    String found = Sizes.of(free) + " free in " + folder;
    return free >= TEMPORARY_WANTED_BYTES
        ? Finding.fine("temporary files", found)
        : Finding.note(
            "temporary files",
            found + ", fewer than " + Sizes.of(TEMPORARY_WANTED_BYTES),
            "make room, or set -Djava.io.tmpdir in LACUNA_JAVA_OPTS to another folder");
  }

  private static long kibibytes(String info, String key) {
    Matcher line = Pattern.compile("(?m)^" + key + ":\\s+([0-9]{1,15}) kB$").matcher(info);
    return line.find() ? Long.parseLong(line.group(1)) << 10 : 0;
  }
}
