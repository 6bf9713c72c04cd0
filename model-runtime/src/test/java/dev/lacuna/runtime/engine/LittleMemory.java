package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.checkpoint.TestCheckpoint;
import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.StepSizes;
import dev.lacuna.runtime.text.RunProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process whose memory really runs out: it takes away from itself all but some address space, so
 * that ONNX Runtime's allocations fail, and fills documents all the same. For a process of its own;
 * see {@link OutOfDeviceMemoryTest}.
 */
final class LittleMemory {

  private static final int RUNS = 128;
  private static final int MASKS = 199;

  /** Too little for the scores of all rows: 128 rows × 4 heads × 200 × 200 × 4 bytes are 82 MB. */
  private static final long LEFT_BYTES = 64L << 20;

  private LittleMemory() {}

  /**
   * Prints what happened in one line.
   *
   * @param args a folder to write to
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    OpenedCheckpoint opened =
        Checkpoints.open(
            TestCheckpoint.of(300, 32).write(Path.of(args[0])),
            "m",
            ForwardPassOptions.defaults().withThreads(1).withSizes(StepSizes.WHOLE));
    EngineModel model = new EngineModel(opened.facts(), opened.forwardPass(), StepCost.FLAT);
    List<RunProgress> alone = new ArrayList<>();
    run(model, 1, alone);
    limitMemory();
    List<RunProgress> together = new ArrayList<>();
    BatchScheduler scheduler = run(model, RUNS, together);
    System.out.printf(
        "outOfMemory=%d limits=%s passes=%d failed=%d equal=%s%n",
        scheduler.snapshot().troubles().outOfMemory(),
        scheduler.snapshot().troubles().cellLimits(),
        scheduler.snapshot().forwardPasses(),
        scheduler.snapshot().troubles().failedRuns(),
        together.equals(alone));
    Runtime.getRuntime().halt(0); // there may be too little memory to end in order
  }

  private static BatchScheduler run(EngineModel model, int slots, List<RunProgress> results) {
    BatchScheduler scheduler =
        new BatchScheduler(List.of(model), EngineOptions.together(slots), EngineClock.SYSTEM);
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      RunSpec spec = Runs.spec(Runs.plan(MASKS), Runs.settings(2, UnmaskingOrder.CONFIDENCE, i));
      recorders.add(new Recorder());
      scheduler.submit(new Row(spec, model.facts(), recorders.get(i), i + 1));
    }
    while (scheduler.hasWork()) {
      scheduler.step();
    }
    recorders.forEach(recorder -> results.add(recorder.finished()));
    return scheduler;
  }

  private static void limitMemory() throws IOException, InterruptedException {
    long usedBytes =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmSize:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
            .findFirst()
            .orElseThrow();
    String pid = Long.toString(ProcessHandle.current().pid());
    int status =
        new ProcessBuilder("prlimit", "--pid", pid, "--as=" + (usedBytes + LEFT_BYTES))
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new IllegalStateException("prlimit ended with " + status);
    }
  }
}
