package dev.lacuna.runtime.onnx.folder;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.manifest.Manifest;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.head.SamplingHead;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.OnnxForwardPass;
import dev.lacuna.runtime.onnx.session.UnpaddedForwardPass;
import java.nio.file.Path;

/** Opens folders with a manifest: imported models and plain ONNX ones. */
final class ImportedModels {

  private ImportedModels() {}

  /**
   * Reads a folder and loads its graph with the sampling head.
   *
   * @param name name by which requests ask for the model
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if the files can't be used
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  static OpenedCheckpoint open(Path folder, String name, ForwardPassOptions options) {
    ImportedModel model = ImportedModel.read(folder, name);
    checkDtype(folder, model.dtype(), options);
    ModelFacts facts = model.facts();
    OnnxForwardPass pass = model.open(graph -> new SamplingHead(graph, facts), options);
    ForwardPass rows = model.hidesPadding() ? pass : new UnpaddedForwardPass(pass);
    return new OpenedCheckpoint(
        facts,
        rows,
        RuntimeFingerprint.of(facts.revision(), model.dtype(), pass.device()),
        model.tokenizer());
  }

  /** An imported model's numbers are in its files. */
  private static void checkDtype(Path folder, String dtype, ForwardPassOptions options) {
    options
        .dtype()
        .map(NumberFormat::wireName)
        .filter(asked -> !asked.equals(dtype))
        .ifPresent(
            asked -> {
              throw new CheckpointException(
                  folder,
                  dtype.equals(Manifest.PLAIN_DTYPE)
                      ? "is a plain ONNX model, which runs in the numbers it was exported in, but"
                          + " dtype is %s; leave dtype out".formatted(asked)
                      : "was imported in %s, but dtype is %s; leave dtype out, or import the checkpoint with --dtype %s"
                          .formatted(dtype, asked, asked));
            });
  }
}
