package dev.lacuna.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of a worker process as the JDK's own tool and Linux see it: the heap that is left after a
 * collection that was asked for, and the resident set.
 *
 * <p>Threading: owned by the test's thread.
 */
final class WorkerMemory {

  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final int KIBI = 1024;

  private final long pid;
  private final List<Integer> heapMegabytes = new ArrayList<>();
  private final List<Integer> residentMegabytes = new ArrayList<>();

  WorkerMemory(long pid) {
    this.pid = pid;
  }

  void sample() throws Exception {
    jcmd("GC.run");
    Matcher used = USED.matcher(jcmd("GC.heap_info"));
    int kilobytes = 0;
    while (used.find()) {
      kilobytes += Integer.parseInt(used.group(1));
    }
    heapMegabytes.add(kilobytes / KIBI);
    Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
    residentMegabytes.add(resident.find() ? Integer.parseInt(resident.group(1)) / KIBI : 0);
  }

  /** Heap after collections, megabytes. */
  List<Integer> heap() {
    return heapMegabytes;
  }

  /** Resident sets, megabytes. */
  List<Integer> resident() {
    return residentMegabytes;
  }

  static int peak(List<Integer> samples) {
    return samples.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /**
   * Whether the last quarter's least is above the first quarter's by more than this. What a sample
   * is above the least is work in flight, whose megabytes come and go; what leaks stays in all.
   */
  static boolean grows(List<Integer> samples, double factor, int plusMegabytes) {
    int quarter = Math.max(1, samples.size() / 4);
    int first = Collections.min(samples.subList(0, quarter));
    int last = Collections.min(samples.subList(samples.size() - quarter, samples.size()));
    return last > first * factor + plusMegabytes;
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException("jcmd " + command + ": " + output);
    }
    return output;
  }
}
