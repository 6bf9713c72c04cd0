package dev.lacuna.runtime.onnx.folder;

import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.graph.Numbers;
import dev.lacuna.runtime.onnx.head.SamplingHead;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.Int8Kernels;
import dev.lacuna.runtime.onnx.session.OnnxForwardPass;
import dev.lacuna.runtime.onnx.transformer.TransformerGraph;
import dev.lacuna.runtime.onnx.weights.WeightTensors;
import java.nio.file.Path;

/** Opens checkpoints: a folder in, a model ready to run out. */
public final class Checkpoints {

  private Checkpoints() {}

  /**
   * Opens a checkpoint whose files state all its facts.
   *
   * @see #open(Path, String, ForwardPassOptions, FactOverrides)
   */
  public static OpenedCheckpoint open(Path folder, String name, ForwardPassOptions options) {
    return open(folder, name, options, FactOverrides.NONE);
  }

  /**
   * Reads a folder, builds the graph and loads it.
   *
   * @param folder configuration, weights and tokenizer, see {@link Checkpoint}
   * @param name name by which requests ask for the model
   * @param overrides facts that the files lack, such as the mask's id
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if the files can't be used
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  public static OpenedCheckpoint open(
      Path folder, String name, ForwardPassOptions options, FactOverrides overrides) {
    if (ManifestFile.isIn(folder)) {
      return ImportedModels.open(folder, name, options);
    }
    NumberFormat format = options.dtype().orElse(NumberFormat.FP32);
    ForwardPassOptions placed = Int8Kernels.placed(format.wireName(), options);
    Checkpoint checkpoint = Checkpoint.read(folder, name, overrides);
    Numbers numbers = Numbers.anywhere(format);
    ModelGraph graph =
        TransformerGraph.of(
            checkpoint.shape(), numbers, builder -> new SamplingHead(builder, checkpoint.facts()));
    OnnxForwardPass forward =
        new OnnxForwardPass(
            Int8Kernels.fitted(numbers, graph),
            new WeightTensors(graph, checkpoint.weights()),
            checkpoint.facts(),
            placed);
    return new OpenedCheckpoint(
        checkpoint.facts(),
        forward,
        RuntimeFingerprint.of(checkpoint.facts().revision(), format.wireName(), forward.device()),
        checkpoint.tokenizer());
  }
}
