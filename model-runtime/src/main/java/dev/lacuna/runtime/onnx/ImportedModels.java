package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.engine.ForwardPass;
import dev.lacuna.runtime.onnx.GraphBuilder.Value;
import java.nio.file.Path;

/** Opens folders with a manifest: imported models and plain ONNX ones. */
final class ImportedModels {

  private ImportedModels() {}

  /**
   * Reads a folder and loads its graph with the sampling head.
   *
   * @param name name by which requests ask for the model
   * @throws dev.lacuna.runtime.checkpoint.CheckpointException if the files can't be used
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  static OpenedCheckpoint open(Path folder, String name, ForwardPassOptions options) {
    ImportedModel model = ImportedModel.read(folder, name);
    ModelFacts facts = model.facts();
    OnnxForwardPass pass = model.open(sampling(facts), options);
    ForwardPass rows = model.hidesPadding() ? pass : new UnpaddedForwardPass(pass);
    return new OpenedCheckpoint(
        facts,
        rows,
        RuntimeFingerprint.of(facts.revision(), model.dtype(), pass.device()),
        model.tokenizer());
  }

  private static Head.Kind sampling(ModelFacts facts) {
    return graph -> {
      SamplingHead head = new SamplingHead(graph, facts);
      return new Head() {
        @Override
        public Value bias() {
          return head.suppression();
        }

        @Override
        public void graft(Value logits) {
          head.graft(logits);
        }
      };
    };
  }
}
