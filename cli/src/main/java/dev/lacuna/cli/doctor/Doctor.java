package dev.lacuna.cli.doctor;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import dev.lacuna.runtime.onnx.folder.ModelDescription;
import dev.lacuna.runtime.onnx.folder.ModelMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Looks at a machine and at a model: what there is, what fits, and what to do. */
public final class Doctor {

  /** What a worker takes beside its model: code, heap, Kafka's buffers, libraries. */
  private static final long WORKER_BYTES = 768L << 20;

  private final Probe probe;

  /** A doctor for a machine. */
  public Doctor(Probe probe) {
    this.probe = probe;
  }

  /**
   * All that is found, in the order in which it is to be read.
   *
   * @param model folder of the model
   */
  public List<Finding> findings(DeviceChoice device, Path model) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.fine(
            "Java",
            "%s (%s), %s %s"
                .formatted(
                    probe.property("java.version"),
                    probe.property("java.vendor"),
                    probe.property("os.name"),
                    probe.property("os.arch"))));
    Gpu gpu = gpu(device, findings);
    findings.addAll(Processor.findings(probe));
    Memory memory = Memory.of(probe);
    findings.addAll(memory.findings(probe));
    try {
      findings.addAll(model(model, gpu, memory));
    } catch (CheckpointException e) {
      findings.add(
          Finding.wrong("model", e.getMessage(), "name another with --model, or import it again"));
    }
    return List.copyOf(findings);
  }

  /** Without the runtime's own library nothing is known of GPUs, but of all the rest. */
  private Gpu gpu(DeviceChoice device, List<Finding> findings) {
    Optional<String> problem = probe.nativesProblem();
    if (problem.isPresent()) {
      int cure = problem.get().lastIndexOf("; ");
      findings.add(
          cure < 0
              ? Finding.wrong("native libraries", problem.get(), "start with --stacktrace")
              : Finding.wrong(
                  "native libraries",
                  problem.get().substring(0, cure),
                  problem.get().substring(cure + 2)));
      return new Gpu(List.of(), false, OptionalLong.empty());
    }
    findings.add(Finding.fine("native libraries", "unpacked to " + probe.nativesFolder()));
    Gpu gpu = Gpu.of(probe, device);
    findings.addAll(gpu.findings());
    return gpu;
  }

  private static List<Finding> model(Path folder, Gpu gpu, Memory memory) {
    ModelDescription model = ModelDescription.of(folder, null, FactOverrides.NONE);
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.fine(
            "model",
            "%s: %s, %,d parameters in %s, %s on disk, canvas up to %d tokens"
                .formatted(
                    model.facts().name(),
                    model.facts().family(),
                    model.parameters(),
                    model.dtype(),
                    Sizes.of(model.bytes()),
                    model.facts().canvasLimit())));
    Optional<ModelMemory> needs = ModelMemory.of(folder, model);
    if (needs.isEmpty()) {
      findings.add(Finding.fine("batch", "not known: the graph doesn't tell its widths"));
      return findings;
    }
    findings.add(batch(model, needs.get(), gpu, memory));
    return findings;
  }

  private static Finding batch(ModelDescription model, ModelMemory needs, Gpu gpu, Memory memory) {
    boolean onGpu = gpu.usable() && gpu.freeBytes().isPresent();
    long available =
        onGpu ? gpu.freeBytes().getAsLong() : Math.max(0, memory.availableBytes() - WORKER_BYTES);
    int bytesEach = bytesEach(model.dtype(), gpu.usable());
    int length = model.facts().canvasLimit();
    long rows = needs.largestBatch(available, bytesEach, length);
    String found =
        "weights %s, a row of %d tokens %s (its head at most %s): about %,d rows fit into %s"
            .formatted(
                Sizes.of(needs.weightBytes(bytesEach)),
                length,
                Sizes.of(needs.rowBytes(length)),
                Sizes.of(needs.headBytes(length)),
                rows,
                Sizes.of(available));
    if (memory.totalBytes() == 0 && !onGpu) {
      return Finding.fine("batch", "not known: nothing is known of the memory");
    }
    return rows > 0
        ? Finding.fine("batch", found)
        : Finding.wrong(
            "batch",
            found,
            "free memory, raise the container's limit, or import the model with a smaller --dtype");
  }

  /** A CPU widens fp16 to fp32 when it loads a graph. */
  private static int bytesEach(String dtype, boolean gpu) {
    if (dtype.equals("int8")) {
      return Byte.BYTES;
    }
    return dtype.equals("fp16") && gpu ? Short.BYTES : Float.BYTES;
  }
}
