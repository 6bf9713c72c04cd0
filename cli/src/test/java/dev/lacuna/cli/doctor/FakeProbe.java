package dev.lacuna.cli.doctor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine made of text. */
public final class FakeProbe implements Probe {
  final Map<String, String> files = new HashMap<>();
  final Map<String, String> properties = new HashMap<>();
  final Map<String, String> outputs = new HashMap<>();
  List<String> providers = List.of("CPU");
  Optional<String> cudaProblem = Optional.empty();
  Optional<String> nativesProblem = Optional.empty();
  long temporaryBytes = 1L << 40;

  /** A machine with 16 GiB and nothing special. */
  public FakeProbe() {
    files.put("/proc/meminfo", "MemTotal:       16777216 kB\nMemAvailable:   12582912 kB\n");
    files.put("/proc/cpuinfo", "model name\t: Some CPU\nflags\t\t: fpu avx avx2 fma\n");
    properties.put("java.version", "17");
    properties.put("java.io.tmpdir", "/tmp");
  }

  @Override
  public Optional<String> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public boolean exists(String path) {
    return files.containsKey(path);
  }

  @Override
  public Optional<String> output(List<String> command) {
    return Optional.ofNullable(outputs.get(command.get(0)));
  }

  @Override
  public String property(String name) {
    return properties.getOrDefault(name, "");
  }

  @Override
  public String variable(String name) {
    return "";
  }

  @Override
  public int processors() {
    return 4;
  }

  @Override
  public long heapMaxBytes() {
    return 1L << 30;
  }

  @Override
  public long temporaryBytes() {
    return temporaryBytes;
  }

  @Override
  public String nativesFolder() {
    return "/home/me/.cache/lacuna/natives";
  }

  @Override
  public Optional<String> nativesProblem() {
    return nativesProblem;
  }

  @Override
  public String runtimeVersion() {
    return "1.29.0";
  }

  @Override
  public List<String> providers() {
    return providers;
  }

  @Override
  public Optional<String> cudaProblem(int index) {
    return cudaProblem;
  }
}
