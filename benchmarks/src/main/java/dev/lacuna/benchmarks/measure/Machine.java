package dev.lacuna.benchmarks.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a benchmark ran on: without it its numbers mean little.
 *
 * @param processor its name as the system tells it, or its architecture
 * @param cores processors that the process may use
 * @param memoryBytes memory of the machine or container
 * @param system operating system
 * @param java version of the virtual machine
 * @param runtime version of ONNX Runtime
 */
public record Machine(
    String processor, int cores, long memoryBytes, String system, String java, String runtime) {

  private static final Pattern MODEL_NAME = Pattern.compile("(?m)^model name\\s*:\\s*(.+)$");

  /** The machine that this runs on. */
  public static Machine here() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        processor(Path.of("/proc/cpuinfo")),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.version"),
        dev.lacuna.runtime.onnx.ort.RuntimeVersion.onnxRuntime());
  }

  /** One line for people. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %.0f GiB, %s, Java %s, ONNX Runtime %s",
        processor,
        cores,
        memoryBytes / (double) (1L << 30),
        system,
        java,
        runtime);
  }

  /** The same as fields of a JSON object. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("processor", processor);
    fields.put("cores", cores);
    fields.put("memoryBytes", memoryBytes);
    fields.put("system", system);
    fields.put("java", java);
    fields.put("onnxRuntime", runtime);
    return fields;
  }

  static String processor(Path cpuInfo) {
    String architecture = System.getProperty("os.arch");
    try {
      return processorName(Files.readString(cpuInfo)).orElse(architecture);
    } catch (IOException e) {
      return architecture; // Not Linux: no such file.
    }
  }

  /** The processor's name in the text of {@code /proc/cpuinfo}, if it is told. */
  public static Optional<String> processorName(String cpuInfo) {
    Matcher name = MODEL_NAME.matcher(cpuInfo);
    return name.find() ? Optional.of(name.group(1).trim()) : Optional.empty();
  }
}
