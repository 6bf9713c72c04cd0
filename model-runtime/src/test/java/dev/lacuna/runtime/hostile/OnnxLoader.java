package dev.lacuna.runtime.hostile;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.nio.file.Path;

/** Main class of a process that opens damaged graphs, and may die of it. */
public final class OnnxLoader {

  private OnnxLoader() {}

  /** Opens folders {@code root/N} for N from the second argument to below the third. */
  public static void main(String[] args) {
    Path root = Path.of(args[0]);
    for (int i = Integer.parseInt(args[1]); i < Integer.parseInt(args[2]); i++) {
      System.out.println("case " + i);
      System.out.println("outcome " + open(root.resolve(Integer.toString(i))));
    }
    System.exit(0);
  }

  private static String open(Path folder) {
    try {
      Checkpoints.open(folder, "m", ForwardPassOptions.defaults().withThreads(1))
          .forwardPass()
          .close();
      return "loaded";
    } catch (CheckpointException | ForwardPassException e) {
      System.out.println(e.getMessage());
      return e.getMessage() == null ? "silent" : "refused";
    } catch (RuntimeException | Error e) {
      return "thrown " + e;
    }
  }
}
