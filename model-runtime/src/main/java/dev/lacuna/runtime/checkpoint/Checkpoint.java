package dev.lacuna.runtime.checkpoint;

import dev.lacuna.runtime.ModelFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A folder in Hugging Face's layout, read and checked: config.json, model.safetensors and
 * tokenizer.json of a LLaMA-shaped masked-diffusion model.
 *
 * @param facts what the sampler, the planner and the engine need to know
 * @param config shape of the transformer
 * @param weights the tensors, each of the shape that the configuration implies
 * @param tokenizer path of tokenizer.json
 */
public record Checkpoint(ModelFacts facts, LlamaConfig config, Weights weights, Path tokenizer) {

  private static final long MAX_CONFIG_BYTES = 1 << 20;

  /**
   * Reads a folder; no weights are loaded yet.
   *
   * @param folder the checkpoint
   * @param name name by which requests ask for the model
   * @param overrides facts that the files lack
   * @throws CheckpointException for anything missing, damaged or unsupported
   */
  public static Checkpoint read(Path folder, String name, FactOverrides overrides) {
    Path configFile = folder.resolve("config.json");
    Path tokenizer = folder.resolve("tokenizer.json");
    List<Path> weightFiles = List.of(folder.resolve("model.safetensors"));
    JsonObject json = JsonFile.read(configFile, MAX_CONFIG_BYTES);
    int tokens = TokenizerFile.tokens(tokenizer);
    Weights weights = Weights.open(folder, weightFiles);
    LlamaConfig config = LlamaConfig.of(json, weights);
    checkTensors(folder, config, weights);
    List<Path> files = new ArrayList<>(List.of(configFile, tokenizer));
    files.addAll(weightFiles);
    ModelFacts facts =
        new FactReader(json, overrides, config).facts(name, Revision.of(files), tokens, tokenizer);
    return new Checkpoint(facts, config, weights, tokenizer);
  }

  private static void checkTensors(Path folder, LlamaConfig config, Weights weights) {
    Map<String, List<Long>> expected = config.tensors();
    expected.forEach(weights::require);
    for (String name : weights.names()) {
      // Older exports store the rotary frequencies, which follow from rope_theta.
      boolean harmless = name.endsWith(".rotary_emb.inv_freq") || name.equals(LlamaConfig.HEAD);
      if (!expected.containsKey(name) && !harmless) {
        throw new CheckpointException(
            folder,
            "tensor "
                + name
                + " has no place in a LLaMA-shaped model of "
                + config.layers()
                + " layers; ignoring it would give wrong results");
      }
    }
  }
}
