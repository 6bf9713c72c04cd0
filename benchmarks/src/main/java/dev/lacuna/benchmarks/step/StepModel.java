package dev.lacuna.benchmarks.step;

import dev.lacuna.benchmarks.measure.BenchTokens;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model whose steps are measured.
 *
 * @param name as the rows have it
 * @param opened as it is served
 * @param shape of its transformer; empty for an imported model, whose graph doesn't tell
 * @param tokens what stands on canvases
 */
public record StepModel(
    String name, OpenedCheckpoint opened, Optional<TransformerShape> shape, BenchTokens tokens)
    implements AutoCloseable {

  /**
   * Opens a folder, with random tokens on its canvases.
   *
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if the files can't be used
   * @throws dev.lacuna.runtime.onnx.ort.ForwardPassException if the runtime or the device can't be
   *     used
   */
  public static StepModel open(Path folder, String name, ForwardPassOptions options) {
    Optional<TransformerShape> shape =
        ManifestFile.isIn(folder)
            ? Optional.empty()
            : Optional.of(Checkpoint.describe(folder, name, FactOverrides.NONE).shape());
    OpenedCheckpoint opened = Checkpoints.open(folder, name, options);
    return new StepModel(name, opened, shape, BenchTokens.random(opened.facts()));
  }

  /** This model with other tokens on its canvases. */
  public StepModel with(BenchTokens others) {
    return new StepModel(name, opened, shape, others);
  }

  @Override
  public void close() {
    opened.forwardPass().close();
  }
}
