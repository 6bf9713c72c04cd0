package dev.lacuna.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory of this process, as Linux counts it. */
public final class ResidentMemory {

  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s*([0-9]{1,15}) kB$");

  private ResidentMemory() {}

  /** Most bytes of memory that the process has held so far; empty where the system doesn't say. */
  public static OptionalLong peakBytes() {
    try {
      return peakBytes(Files.readString(Path.of("/proc/self/status")));
    } catch (IOException e) {
      return OptionalLong.empty(); // Not Linux: no such file.
    }
  }

  static OptionalLong peakBytes(String status) {
    Matcher peak = PEAK.matcher(status);
    return peak.find()
        ? OptionalLong.of(Long.parseLong(peak.group(1)) * 1024)
        : OptionalLong.empty();
  }
}
