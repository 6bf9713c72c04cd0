package dev.lacuna.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.onnx.device.CudaLibraries;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Machines that were not at hand: what a GPU's tools print is written from their documentation. */
class DoctorTest {

  private static final Path DEMO = Path.of("../demo-model");
  private static final DeviceChoice AUTO = new DeviceChoice.Auto();

  private final FakeProbe probe = new FakeProbe();

  @Test
  void shouldNameBuildProcessorMemoryAndBatchWhenThereIsNoGpu() {
    List<Finding> findings = examine(AUTO);
    assertThat(findings).allMatch(finding -> finding.level() != Finding.Level.WRONG);
    assertThat(found(findings, "ONNX Runtime")).isEqualTo("1.29.0, CPU build (CPU)");
    assertThat(found(findings, "driver")).isEqualTo("no kernel module, no libcuda.so.1");
    assertThat(found(findings, "device")).contains("auto means cpu");
    assertThat(found(findings, "processor")).isEqualTo("Some CPU, 4 cores");
    assertThat(found(findings, "fp32")).contains("AVX2");
    assertThat(one(findings, "int8").cure()).isEqualTo("stay with dtype fp32");
    assertThat(found(findings, "memory")).startsWith("16.0 GiB, 12.0 GiB available");
    assertThat(found(findings, "model")).contains("7,475,456 parameters", "up to 256 tokens");
    assertThat(found(findings, "batch")).startsWith("weights 28.5 MiB").contains("rows fit");
  }

  @Test
  void shouldShowCardsAndCountItsMemoryWhenAGpuCanBeUsed() {
    putGpu();
    List<Finding> findings = examine(new DeviceChoice.Cuda(1));
    assertThat(found(findings, "ONNX Runtime")).contains("GPU build (CPU, CUDA)");
    assertThat(found(findings, "driver"))
        .isEqualTo("kernel module 570.86.15, /usr/lib/x86_64-linux-gnu/libcuda.so.1");
    assertThat(found(findings, "GPU 1")).isEqualTo("NVIDIA A10, 22.5 GiB, 2.0 GiB free");
    assertThat(found(findings, "device")).isEqualTo("cuda:1 can be used");
    assertThat(found(findings, "batch")).endsWith("rows fit into 2.0 GiB");
  }

  @Test
  void shouldFailWithTheCureWhenCudaIsAskedForAndNoteItWhenAutoIs() {
    putGpu();
    probe.cudaProblem =
        Optional.of("device cuda:0 can't be used: the driver is not there; install the driver");
    Finding asked = one(examine(new DeviceChoice.Cuda(0)), "device");
    assertThat(asked.level()).isEqualTo(Finding.Level.WRONG);
    assertThat(asked.found()).isEqualTo("device cuda:0 can't be used: the driver is not there");
    assertThat(asked.cure()).isEqualTo("install the driver");
    Finding auto = one(examine(AUTO), "device");
    assertThat(auto.level()).isEqualTo(Finding.Level.NOTE);
    assertThat(auto.found()).startsWith("auto means cpu: ");
  }

  @Test
  void shouldPointToTheGpuBuildWhenThereIsACardButTheBuildIsForCpus() {
    putGpu();
    probe.providers = List.of("CPU");
    assertThat(one(examine(AUTO), "device").cure()).contains("LACUNA_GPU=1");
  }

  @Test
  void shouldNameTheLibrariesWhenTheGpuDistributionLacksSome() {
    putGpu();
    probe.properties.put(CudaLibraries.FOLDER_PROPERTY, "/opt/native");
    CudaLibraries.NAMES.stream()
        .skip(1)
        .forEach(name -> probe.files.put("/opt/native/" + name, ""));
    assertThat(found(examine(AUTO), "CUDA libraries"))
        .isEqualTo("/opt/native lacks libcudart.so.12");
    probe.files.put("/opt/native/libcudart.so.12", "");
    assertThat(found(examine(AUTO), "CUDA libraries")).isEqualTo("all in /opt/native");
  }

  @Test
  void shouldApplyTheContainersLimitsWhenThereAreSome() {
    probe.files.put("/sys/fs/cgroup/memory.max", "2147483648\n");
    probe.files.put("/sys/fs/cgroup/cpu.max", "150000 100000\n");
    List<Finding> findings = examine(AUTO);
    assertThat(found(findings, "memory")).contains("2.0 GiB available, limited to 2.0 GiB");
    assertThat(found(findings, "processor")).endsWith("limited to 1.5 by the container");
    assertThat(found(findings, "batch")).endsWith("rows fit into 1.3 GiB");
  }

  @Test
  void shouldIgnoreTheLimitWhenItIsNone() {
    probe.files.put("/sys/fs/cgroup/memory.max", "max\n");
    probe.files.put("/sys/fs/cgroup/cpu.max", "max 100000\n");
    assertThat(found(examine(AUTO), "memory")).doesNotContain("limited");
    assertThat(found(examine(AUTO), "processor")).doesNotContain("limited");
  }

  @Test
  void shouldSayThatNothingFitsWhenMemoryIsShort() {
    probe.files.put("/proc/meminfo", "MemTotal:  1048576 kB\nMemAvailable:   524288 kB\n");
    Finding batch = one(examine(AUTO), "batch");
    assertThat(batch.level()).isEqualTo(Finding.Level.WRONG);
    assertThat(batch.found()).contains("about 0 rows");
  }

  @Test
  void shouldNameInstructionsWhenTheyMatter() {
    probe.files.put("/proc/cpuinfo", "flags : avx512f avx512_vnni amx_int8\n");
    assertThat(found(examine(AUTO), "fp32")).contains("AVX-512");
    assertThat(found(examine(AUTO), "int8")).contains("AMX");
    probe.files.put("/proc/cpuinfo", "flags : avx2 fma avx_vnni\n");
    assertThat(found(examine(AUTO), "int8")).contains("AVX-VNNI");
    probe.files.put("/proc/cpuinfo", "flags : sse4_2\n");
    assertThat(one(examine(AUTO), "fp32").cure()).isNotEmpty();
    probe.files.put("/proc/cpuinfo", "Features : fp asimd asimddp i8mm\n");
    assertThat(found(examine(AUTO), "int8")).contains("i8mm");
  }

  @Test
  void shouldNoteWhenTheTemporaryFolderIsFull() {
    probe.temporaryBytes = 1 << 20;
    assertThat(one(examine(AUTO), "temporary files").cure()).contains("java.io.tmpdir");
  }

  @Test
  void shouldNameTheCureAndGoOnWhenNativeLibrariesCantBeUsed() {
    probe.nativesProblem = Optional.of("nowhere (/home: noexec; /tmp: full); set natives.dir");
    List<Finding> findings = examine(AUTO);
    Finding natives = one(findings, "native libraries");
    assertThat(natives.level()).isEqualTo(Finding.Level.WRONG);
    assertThat(natives.found()).isEqualTo("nowhere (/home: noexec; /tmp: full)");
    assertThat(natives.cure()).isEqualTo("set natives.dir");
    assertThat(found(findings, "memory")).isNotEmpty();
    assertThat(found(findings, "model")).isNotEmpty();
  }

  @Test
  void shouldFailWhenTheModelCantBeRead() {
    List<Finding> findings = new Doctor(probe).findings(AUTO, Path.of("nowhere"));
    assertThat(one(findings, "model").level()).isEqualTo(Finding.Level.WRONG);
  }

  private void putGpu() {
    probe.providers = List.of("CPU", "CUDA");
    probe.outputs.put(
        "nvidia-smi",
        "0, NVIDIA A10, 23028, 22000, 570.86.15\n1, NVIDIA A10, 23028, 2048, 570.86.15\n");
    probe.files.put("/usr/lib/x86_64-linux-gnu/libcuda.so.1", "");
    probe.files.put(
        "/proc/driver/nvidia/version",
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Thu Jan 23 2025\n");
  }

  private List<Finding> examine(DeviceChoice device) {
    return new Doctor(probe).findings(device, DEMO);
  }

  private static String found(List<Finding> findings, String topic) {
    return one(findings, topic).found();
  }

  private static Finding one(List<Finding> findings, String topic) {
    return findings.stream().filter(f -> f.topic().equals(topic)).findFirst().orElseThrow();
  }
}
