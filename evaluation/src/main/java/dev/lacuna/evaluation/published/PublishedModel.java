package dev.lacuna.evaluation.published;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.FactOverrides;
import dev.lacuna.runtime.checkpoint.NumberFormat;
import dev.lacuna.runtime.engine.ForwardPass;
import dev.lacuna.runtime.onnx.ForwardPassException;
import dev.lacuna.runtime.onnx.ForwardPassOptions;
import dev.lacuna.runtime.onnx.Head;
import dev.lacuna.runtime.onnx.ModelGraph;
import dev.lacuna.runtime.onnx.OnnxForwardPass;
import dev.lacuna.runtime.onnx.SamplingHead;
import dev.lacuna.runtime.onnx.Sessions;
import dev.lacuna.runtime.onnx.TransformerGraph;
import dev.lacuna.runtime.onnx.WeightSource;
import dev.lacuna.runtime.onnx.WeightTensors;
import java.nio.file.Path;

/**
 * A checkpoint with the rules of published samplers, for comparisons with them: the serving graph,
 * in which no token is held back.
 *
 * @param facts see {@link ModelFacts#asPublished}
 * @param forwardPass the loaded model; to be closed by whoever runs it
 */
public record PublishedModel(ModelFacts facts, ForwardPass forwardPass) {

  /**
   * Opens a folder with the serving head.
   *
   * @param overrides facts that the files lack
   * @throws dev.lacuna.runtime.checkpoint.CheckpointException if the files can't be used
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  public static PublishedModel open(
      Path folder, String name, FactOverrides overrides, ForwardPassOptions options) {
    Checkpoint checkpoint = Checkpoint.read(folder, name, overrides);
    ModelFacts facts = checkpoint.facts().asPublished();
    ModelGraph graph = graph(checkpoint, builder -> new SamplingHead(builder, facts));
    WeightSource weights = new WeightTensors(graph, checkpoint.weights());
    return new PublishedModel(facts, new OnnxForwardPass(graph, weights, facts, options));
  }

  /**
   * Opens a folder with a head that takes its noise as an input, see {@link GumbelForwardPass}.
   *
   * @param overrides facts that the files lack
   * @throws dev.lacuna.runtime.checkpoint.CheckpointException if the files can't be used
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  public static PublishedModel openGumbel(
      Path folder, String name, FactOverrides overrides, ForwardPassOptions options) {
    Checkpoint checkpoint = Checkpoint.read(folder, name, overrides);
    ModelFacts facts = checkpoint.facts().asPublished();
    ModelGraph graph = graph(checkpoint, builder -> new GumbelHead(builder, facts.vocabulary()));
    WeightSource weights = new WeightTensors(graph, checkpoint.weights());
    return new PublishedModel(
        facts, new GumbelForwardPass(facts, Sessions.open(graph, weights, options)));
  }

  private static ModelGraph graph(Checkpoint checkpoint, Head.Kind head) {
    return TransformerGraph.of(checkpoint.shape(), NumberFormat.FP32, head);
  }
}
