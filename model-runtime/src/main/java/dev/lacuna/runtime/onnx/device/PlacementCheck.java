package dev.lacuna.runtime.onnx.device;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the nodes of a session on a GPU that run on the CPU: before it is opened by the list of
 * kernels, after its first run by that run's profile. Never run on a GPU.
 *
 * <p>Threading: owned by the thread that runs the session.
 */
public final class PlacementCheck {

  private static final Logger log = LoggerFactory.getLogger(PlacementCheck.class);

  /** More would fill a log with nodes of the same kind. */
  private static final int SHOWN = 24;

  private final CudaSettings settings;
  private final Path folder;
  private boolean done;

  private PlacementCheck(CudaSettings settings, Path folder) {
    this.settings = settings;
    this.folder = folder;
  }

  /**
   * Looks the nodes of a model up, and has the session profile its first run.
   *
   * @throws ForwardPassException if nodes lack a kernel and that is to be refused
   */
  public static PlacementCheck start(
      ModelProto model, OrtSession.SessionOptions session, CudaSettings settings)
      throws OrtException {
    report(settings, "have no kernel for CUDA", CudaKernels.missing(model));
    try {
      Path folder = Files.createTempDirectory("lacuna-placement");
      session.enableProfiling(folder.resolve("profile").toString());
      return new PlacementCheck(settings, folder);
    } catch (IOException e) {
      throw new ForwardPassException(
          "no temporary folder for the profile of the first run: " + e.getMessage(), e);
    }
  }

  /**
   * To be called after each run; all but the first do nothing.
   *
   * @throws ForwardPassException if nodes ran on the CPU and that is to be refused
   */
  public void ran(OrtSession session) {
    if (done) {
      return;
    }
    done = true;
    List<Placement.Node> strays;
    try {
      Path profile = Path.of(session.endProfiling());
      strays = Placement.read(profile).strays();
      Files.deleteIfExists(profile);
      Files.deleteIfExists(folder);
    } catch (OrtException | IOException e) {
      log.warn("the profile does not say where nodes ran reason={}", e.getMessage());
      return;
    }
    report(settings, "ran on the CPU", strays);
  }

  static void report(CudaSettings settings, String what, List<?> nodes) {
    if (nodes.isEmpty()) {
      return;
    }
    String names =
        nodes.stream().limit(SHOWN).map(Object::toString).collect(Collectors.joining(", "));
    String more = nodes.size() > SHOWN ? ", and " + (nodes.size() - SHOWN) + " more" : "";
    if (settings.onCpu() == CudaSettings.OnCpu.REFUSE) {
      throw new ForwardPassException(
          nodes.size()
              + " nodes "
              + what
              + ": "
              + names
              + more
              + "; set gpu.cpu.nodes=warn to run them on the CPU, or use device=cpu");
    }
    log.warn("nodes of the model {} count={} nodes=[{}{}]", what, nodes.size(), names, more);
  }
}
