package dev.lacuna.cli.doctor;

import dev.lacuna.benchmarks.measure.Machine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The processor: what its instructions mean for fp32 and int8. */
final class Processor {

  private static final String CPU_INFO = "/proc/cpuinfo";
  private static final Pattern FLAGS = Pattern.compile("(?mi)^(?:flags|features)\\s*:\\s*(.+)$");
  private static final Pattern QUOTA = Pattern.compile("([0-9]+) ([0-9]+)\\s*");

  private Processor() {}

  static List<Finding> findings(Probe probe) {
    List<Finding> findings = new ArrayList<>();
    String info = probe.file(CPU_INFO).orElse("");
    String shown = Machine.processorName(info).orElseGet(() -> probe.property("os.arch"));
    findings.add(Finding.fine("processor", shown + ", " + cores(probe)));
    Matcher flags = FLAGS.matcher(info);
    if (flags.find()) {
      instructions(new HashSet<>(Arrays.asList(flags.group(1).trim().split("\\s+"))), findings);
    } else {
      findings.add(Finding.fine("instructions", "not known: no " + CPU_INFO));
    }
    return findings;
  }

  private static String cores(Probe probe) {
    String cores = probe.processors() + (probe.processors() == 1 ? " core" : " cores");
    Matcher quota = QUOTA.matcher(probe.file("/sys/fs/cgroup/cpu.max").orElse(""));
    return quota.matches()
        ? "%s, limited to %.1f by the container"
            .formatted(
                cores, Double.parseDouble(quota.group(1)) / Double.parseDouble(quota.group(2)))
        : cores;
  }

  private static void instructions(Set<String> flags, List<Finding> findings) {
    boolean arm = flags.contains("asimd");
    if (arm) {
      findings.add(Finding.fine("fp32", "128-bit products (NEON)"));
      findings.add(
          flags.contains("i8mm") || flags.contains("asimddp")
              ? Finding.fine("int8", "integer products in hardware (" + armInt8(flags) + ")")
              : slowInt8("neither dot-product nor i8mm instructions"));
      return;
    }
    if (flags.contains("avx512f")) {
      findings.add(Finding.fine("fp32", "512-bit products (AVX-512)"));
    } else if (flags.contains("avx2") && flags.contains("fma")) {
      findings.add(Finding.fine("fp32", "256-bit products (AVX2, FMA)"));
    } else {
      findings.add(
          Finding.note(
              "fp32",
              "no AVX2: products are several times slower",
              "use a processor of 2013 or later, or a virtual machine type that shows its"
                  + " instructions"));
    }
    findings.add(int8(flags));
  }

  private static String armInt8(Set<String> flags) {
    return flags.contains("i8mm") ? "i8mm" : "dot product";
  }

  private static Finding int8(Set<String> flags) {
    if (flags.contains("amx_int8")) {
      return Finding.fine("int8", "integer products in tiles (AMX): far faster than fp32");
    }
    if (flags.contains("avx512_vnni") || flags.contains("avx_vnni")) {
      return Finding.fine(
          "int8",
          "integer products in hardware ("
              + (flags.contains("avx512_vnni") ? "AVX-512 VNNI" : "AVX-VNNI")
              + "): faster than fp32");
    }
    return slowInt8("no VNNI and no AMX");
  }

  private static Finding slowInt8(String why) {
    return Finding.note("int8", why + ": int8 gains little here", "stay with dtype fp32");
  }
}
