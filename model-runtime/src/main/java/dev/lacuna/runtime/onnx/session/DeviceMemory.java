package dev.lacuna.runtime.onnx.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The memory of a session's device: whether it ran out, and getting back what the arena holds.
 *
 * <p>Threading: owned by its forward pass.
 */
final class DeviceMemory {

  /**
   * What ONNX Runtime says where memory runs out. Its code tells nothing: FAIL for every kernel
   * that throws (1.29 on a CPU, seen; RUNTIME_EXCEPTION in older ones), and there is no better way
   * than the text (microsoft/onnxruntime#16307). In order: the arena, where the device's own
   * allocation fails, where its limit is reached, and where it can't place what it got
   * (core/framework/bfc_arena.cc, Extend and AllocateRawInternal); what kernels allocate past the
   * arena, by GCC's and Microsoft's libraries ({@code what()} of std::bad_alloc);
   * cudaErrorMemoryAllocation by number and text (core/providers/cuda/cuda_call.cc: "CUDA failure
   * 2: out of memory"); cuBLAS (the same file: "CUBLAS failure 3: …", for example #16512); cuDNN 8
   * and 9 (cudnn_graph.h).
   */
  private static final List<String> SIGNS =
      List.of(
          "failed to allocate memory",
          "is smaller than requested bytes",
          "failed to find a free memory block",
          "bad_alloc",
          "bad allocation",
          "cuda failure 2:",
          "out of memory",
          "cublas_status_alloc_failed",
          "cudnn_status_alloc_failed",
          "device_allocation_failed",
          "host_allocation_failed");

  /** Arenas to give back at the end of a run (onnxruntime_run_options_config_keys.h). */
  private static final String SHRINK = "memory.enable_memory_arena_shrinkage";

  private final OrtSession session;
  private final String arena;
  private boolean shrinks;

  /**
   * The memory of a device.
   *
   * @param device {@code cpu}, {@code cuda:0}, …
   */
  DeviceMemory(OrtSession session, String device) {
    this.session = session;
    this.arena =
        device.equals("cpu") ? "cpu:0" : "gpu:" + device.substring(device.indexOf(':') + 1);
  }

  /** Whether this failure is one of memory: a smaller batch may go well. */
  static boolean ranOut(OrtException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return SIGNS.stream().anyMatch(message::contains);
  }

  /**
   * Runs the session. After a failure for lack of memory the next run lets the arena go at its end,
   * since what it holds in pieces of the wrong size may be all there is.
   */
  void run(BoundTensors.Run bound) throws OrtException {
    if (shrinks) {
      shrinks = false;
      if (ranShrinking(bound)) {
        return;
      }
    }
    try {
      session.run(bound.inputs(), Set.of(), bound.outputs()).close();
    } catch (OrtException e) {
      shrinks = ranOut(e);
      throw e;
    }
  }

  /** False if this device has no arena to shrink, or the run failed: the next one shows which. */
  private boolean ranShrinking(BoundTensors.Run bound) {
    try (RunOptions options = new RunOptions()) {
      options.addRunConfigEntry(SHRINK, arena);
      session.run(bound.inputs(), Set.of(), bound.outputs(), options).close();
      return true;
    } catch (OrtException e) {
      return false;
    }
  }
}
