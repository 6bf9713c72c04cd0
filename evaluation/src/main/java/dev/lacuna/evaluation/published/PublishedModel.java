package dev.lacuna.evaluation.published;

import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.graph.Head;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.head.SamplingHead;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.OnnxForwardPass;
import dev.lacuna.runtime.onnx.session.Sessions;
import dev.lacuna.runtime.onnx.transformer.TransformerGraph;
import dev.lacuna.runtime.onnx.weights.WeightSource;
import dev.lacuna.runtime.onnx.weights.WeightTensors;
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
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if the files can't be used
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
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if the files can't be used
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
