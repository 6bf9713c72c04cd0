package dev.lacuna.cli.doctor;

import dev.lacuna.runtime.onnx.device.CudaLibraries;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GPUs, their driver and CUDA's libraries.
 *
 * @param findings what there is
 * @param usable whether the GPU that was asked for can be used
 * @param freeBytes memory of that GPU that is free, where nvidia-smi tells
 */
record Gpu(List<Finding> findings, boolean usable, OptionalLong freeBytes) {

  private static final List<String> QUERY =
      List.of(
          "nvidia-smi",
          "--query-gpu=index,name,memory.total,memory.free,driver_version",
          "--format=csv,noheader,nounits");
  private static final Pattern CARD =
      Pattern.compile("([0-9]+), (.+), ([0-9]+), ([0-9]+), ([0-9.]+)");
  private static final Pattern MODULE = Pattern.compile("Module.*?\\s([0-9]{3}\\.[0-9.]+)\\s");

  /** Where Linux distributions, WSL and NVIDIA's container runtime put the driver's library. */
  private static final List<String> DRIVER_FOLDERS =
      List.of(
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/usr/lib64",
          "/usr/lib/wsl/lib",
          "/usr/local/nvidia/lib64");

  private static final String DRIVER = "libcuda.so.1";

  /** A card as nvidia-smi lists it. */
  private record Card(int index, String name, long totalBytes, long freeBytes) {}

  static Gpu of(Probe probe, DeviceChoice device) {
    List<Finding> findings = new ArrayList<>();
    boolean gpuBuild = probe.providers().contains("CUDA");
    findings.add(
        Finding.fine(
            "ONNX Runtime",
            "%s, %s build (%s)"
                .formatted(
                    probe.runtimeVersion(),
                    gpuBuild ? "GPU" : "CPU",
                    String.join(", ", probe.providers()))));
    List<Card> cards = cards(probe);
    findings.add(Finding.fine("driver", driver(probe)));
    cards.forEach(card -> findings.add(Finding.fine("GPU " + card.index(), shown(card))));
    if (cards.isEmpty()) {
      findings.add(Finding.fine("GPU", "none that nvidia-smi lists"));
    }
    if (gpuBuild) {
      findings.add(libraries(probe));
    }
    boolean usable = device(probe, device, gpuBuild, !cards.isEmpty(), findings);
    int index = device instanceof DeviceChoice.Cuda cuda ? cuda.index() : 0;
    OptionalLong free =
        cards.stream().filter(card -> card.index() == index).mapToLong(Card::freeBytes).findFirst();
    return new Gpu(List.copyOf(findings), usable, free);
  }

  private static boolean device(
      Probe probe, DeviceChoice device, boolean gpuBuild, boolean hasCard, List<Finding> findings) {
    if (device instanceof DeviceChoice.Cpu) {
      findings.add(Finding.fine("device", "cpu, as asked for"));
      return false;
    }
    int index = device instanceof DeviceChoice.Cuda cuda ? cuda.index() : 0;
    if (device instanceof DeviceChoice.Auto && !gpuBuild) {
      findings.add(
          hasCard
              ? Finding.note(
                  "device",
                  "auto means cpu: this is the CPU build, though there is a GPU",
                  "start with LACUNA_GPU=1 ./lacuna … (docs/GPU.md)")
              : Finding.fine("device", "auto means cpu: this is the CPU build"));
      return false;
    }
    Optional<String> problem = probe.cudaProblem(index);
    if (problem.isEmpty()) {
      findings.add(Finding.fine("device", "cuda:" + index + " can be used"));
      return true;
    }
    int cure = problem.get().lastIndexOf("; ");
    String what = cure < 0 ? problem.get() : problem.get().substring(0, cure);
    String help = cure < 0 ? "see docs/GPU.md" : problem.get().substring(cure + 2);
    findings.add(
        device instanceof DeviceChoice.Auto
            ? Finding.note("device", "auto means cpu: " + what, help)
            : Finding.wrong("device", what, help));
    return false;
  }

  private static List<Card> cards(Probe probe) {
    List<Card> cards = new ArrayList<>();
    for (String line : probe.output(QUERY).orElse("").split("\n")) {
      Matcher card = CARD.matcher(line.strip());
      if (card.matches()) {
        cards.add(
            new Card(
                Integer.parseInt(card.group(1)),
                card.group(2),
                Long.parseLong(card.group(3)) << 20,
                Long.parseLong(card.group(4)) << 20));
      }
    }
    return cards;
  }

  private static String shown(Card card) {
    return card.name()
        + ", "
        + Sizes.of(card.totalBytes())
        + ", "
        + Sizes.of(card.freeBytes())
        + " free";
  }

  private static String driver(Probe probe) {
    List<String> folders = new ArrayList<>(DRIVER_FOLDERS);
    folders.addAll(0, Arrays.asList(probe.variable("LD_LIBRARY_PATH").split(":")));
    Optional<String> library =
        folders.stream()
            .filter(folder -> !folder.isEmpty())
            .map(folder -> folder + "/" + DRIVER)
            .filter(probe::exists)
            .findFirst();
    Matcher module = MODULE.matcher(probe.file("/proc/driver/nvidia/version").orElse(""));
    String kernel = module.find() ? "kernel module " + module.group(1) : "no kernel module";
    return kernel + ", " + library.map(path -> path).orElse("no " + DRIVER);
  }

  private static Finding libraries(Probe probe) {
    String folder = probe.property(CudaLibraries.FOLDER_PROPERTY);
    if (folder.isBlank()) {
      return Finding.fine("CUDA libraries", "those of the system");
    }
    List<String> missing =
        CudaLibraries.NAMES.stream()
            .filter(name -> !probe.exists(Path.of(folder, name).toString()))
            .toList();
    return missing.isEmpty()
        ? Finding.fine("CUDA libraries", "all in " + folder)
        : Finding.note(
            "CUDA libraries",
            folder + " lacks " + String.join(", ", missing),
            "build the GPU distribution again (LACUNA_GPU=1 ./lacuna …), or unset "
                + CudaLibraries.FOLDER_PROPERTY
                + " to use the system's");
  }
}
