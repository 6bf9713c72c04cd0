package dev.lacuna.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.family.TransformerWeights;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.graph.Numbers;
import dev.lacuna.runtime.onnx.head.SamplingHead;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.Int8Kernels;
import dev.lacuna.runtime.onnx.session.OnnxForwardPass;
import dev.lacuna.runtime.onnx.transformer.TransformerGraph;
import dev.lacuna.runtime.onnx.weights.WeightSource;
import dev.lacuna.runtime.onnx.weights.WeightTensors;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Conformance checkpoints with facts of a test's own. */
public final class TestModels {

  private TestModels() {}

  /** A checkpoint of the kit, as its published sampler treats it; folder is its name. */
  public static EngineModel published(String folder) {
    return open(folder, facts -> withConventions(facts, folder).asPublished());
  }

  /** A checkpoint of the kit, as it is served. */
  public static EngineModel served(String folder) {
    return open(folder, facts -> withConventions(facts, folder));
  }

  /** A checkpoint of the kit with other facts. */
  public static EngineModel open(String folder, UnaryOperator<ModelFacts> facts) {
    Checkpoint checkpoint = conformance(folder).read();
    ModelFacts changed = facts.apply(checkpoint.facts());
    ModelGraph graph =
        TransformerGraph.of(
            checkpoint.shape(), NumberFormat.FP32, builder -> new SamplingHead(builder, changed));
    return new EngineModel(
        changed,
        new OnnxForwardPass(
            graph,
            new WeightTensors(graph, checkpoint.weights()),
            changed,
            ForwardPassOptions.defaults().withThreads(2)));
  }

  /**
   * A checkpoint with another embedding of one token, which its files could not hold: weights that
   * are no numbers are refused there.
   */
  public static EngineModel damaged(
      Path folder, int token, float value, NumberFormat format, ForwardPassOptions options) {
    Checkpoint checkpoint = Checkpoint.read(folder, "damaged", FactOverrides.NONE);
    Numbers numbers = Numbers.anywhere(format);
    ModelGraph graph =
        TransformerGraph.of(
            checkpoint.shape(), numbers, builder -> new SamplingHead(builder, checkpoint.facts()));
    WeightTensors sound = new WeightTensors(graph, checkpoint.weights());
    WeightSource weights =
        name -> {
          OnnxTensor tensor = sound.tensor(name);
          if (!name.equals(TransformerWeights.EMBEDDING)) {
            return tensor;
          }
          FloatBuffer copy = tensor.getFloatBuffer();
          long[] shape = tensor.getInfo().getShape();
          for (int i = 0; i < shape[1]; i++) {
            copy.put((int) (token * shape[1]) + i, value);
          }
          tensor.close();
          return OnnxTensor.createTensor(RuntimeEnvironment.get(), copy, shape);
        };
    ForwardPassOptions placed = Int8Kernels.placed(format.wireName(), options);
    return new EngineModel(
        checkpoint.facts(),
        new OnnxForwardPass(
            Int8Kernels.fitted(numbers, graph), weights, checkpoint.facts(), placed));
  }

  public static Conformance conformance(String folder) {
    return Conformance.valueOf(folder.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
  }

  private static ModelFacts withConventions(ModelFacts facts, String folder) {
    boolean noise = folder.equals("sundae");
    Conventions conventions =
        new Conventions(
            !noise,
            noise ? Conventions.FirstRow.OWN : Conventions.FirstRow.GIVEN,
            noise ? Conventions.Noise.UNIFORM : Conventions.Noise.ABSORBING,
            false,
            0f,
            false);
    return with(facts, folder, noise ? SpecialTokens.NONE : facts.maskToken(), conventions);
  }

  /** Other name, mask and conventions. */
  public static ModelFacts with(ModelFacts facts, String name, int mask, Conventions conventions) {
    return new ModelFacts(
        name,
        facts.revision(),
        facts.family(),
        facts.vocabulary(),
        facts.embeddings(),
        facts.tokens(),
        new SpecialTokens(mask, facts.special().start(), facts.endToken(), facts.padToken()),
        facts.canvasLimit(),
        conventions,
        facts.defaults(),
        facts.openVocabulary());
  }
}
