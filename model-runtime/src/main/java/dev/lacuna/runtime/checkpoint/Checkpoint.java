package dev.lacuna.runtime.checkpoint;

import dev.lacuna.runtime.checkpoint.family.FactReader;
import dev.lacuna.runtime.checkpoint.family.Families;
import dev.lacuna.runtime.checkpoint.family.Family;
import dev.lacuna.runtime.checkpoint.family.LitGpt;
import dev.lacuna.runtime.checkpoint.family.TokenNames;
import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.family.TransformerWeights;
import dev.lacuna.runtime.checkpoint.family.WeightLayout;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.CheckpointJson;
import dev.lacuna.runtime.checkpoint.files.TokenizerFile;
import dev.lacuna.runtime.checkpoint.manifest.FactChecks;
import dev.lacuna.runtime.checkpoint.manifest.Manifest;
import dev.lacuna.runtime.checkpoint.safetensors.MappedWeights;
import dev.lacuna.runtime.checkpoint.safetensors.StoredSlice;
import dev.lacuna.runtime.checkpoint.safetensors.WeightData;
import dev.lacuna.runtime.checkpoint.safetensors.Weights;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A checkpoint folder, read and checked: a configuration (config.json, or lit_config.json),
 * model.safetensors or shards with their index, and tokenizer.json.
 *
 * @param facts what the sampler, the planner and the engine need to know
 * @param shape shape of the transformer
 * @param weights the transformer's weights, by the graph's names
 * @param tokenizer path of tokenizer.json
 * @param files every file whose content decides the model, in the order of the revision
 */
public record Checkpoint(
    ModelFacts facts,
    TransformerShape shape,
    WeightData weights,
    Path tokenizer,
    List<Path> files) {

  public Checkpoint {
    files = List.copyOf(files);
  }

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
    return read(folder, name, overrides, Revision::of);
  }

  /**
   * Reads a folder without its weights' content: the revision is left empty, since it would have to
   * read every byte.
   *
   * @see #read(Path, String, FactOverrides)
   */
  public static Checkpoint describe(Path folder, String name, FactOverrides overrides) {
    return read(folder, name, overrides, files -> "");
  }

  private static Checkpoint read(
      Path folder, String name, FactOverrides overrides, Function<List<Path>, String> revision) {
    JsonObject json = config(folder, overrides);
    TokenizerFile tokenizer = TokenizerFile.read(folder.resolve("tokenizer.json"));
    TokenNames names = TokenNames.read(folder, tokenizer);
    Weights stored = Weights.of(folder);
    Family family = Families.of(json, stored, overrides);
    WeightLayout layout = family.layoutOf(stored);
    TransformerShape shape = family.shapes().read(json, storedRows(stored, layout));
    Map<String, StoredSlice> slices = layout.slices(shape);
    TensorCheck.check(folder, json.file(), stored, slices.values(), family, layout, shape);
    List<Path> files = new ArrayList<>();
    if (overrides.config().isEmpty()) {
      files.add(json.file());
    }
    files.add(tokenizer.path());
    files.addAll(names.paths());
    files.addAll(stored.files());
    String content = Revision.with(revision.apply(files), overrides);
    ModelFacts facts = new FactReader(json, overrides, family, shape).facts(name, content, names);
    FactChecks.check(json.file(), facts);
    return new Checkpoint(
        facts,
        shape.limitedTo(facts.canvasLimit()),
        new MappedWeights(stored, slices, TransformerWeights.shapes(shape)),
        tokenizer.path(),
        files);
  }

  private static JsonObject config(Path folder, FactOverrides overrides) {
    Path usual = folder.resolve("config.json");
    if (overrides.config().isPresent()) {
      return CheckpointJson.READER.parse(
          usual, overrides.config().get().getBytes(StandardCharsets.UTF_8));
    }
    Path lit = folder.resolve(LitGpt.FILE);
    if (!Files.exists(lit) && !Files.exists(usual)) {
      throw new CheckpointException(
          usual,
          "no such file; a checkpoint folder holds config.json (SMDM: lit_config.json, which its"
              + " publisher doesn't ship), *.safetensors and tokenizer.json; a plain ONNX model's"
              + " holds "
              + Manifest.FILE);
    }
    return CheckpointJson.READER.read(Files.exists(usual) ? usual : lit, MAX_CONFIG_BYTES);
  }

  private static Family.StoredRows storedRows(Weights stored, WeightLayout layout) {
    OptionalLong rows =
        stored
            .find(layout.embedding())
            .filter(tensor -> !tensor.shape().isEmpty())
            .map(tensor -> OptionalLong.of(tensor.shape().get(0)))
            .orElse(OptionalLong.empty());
    return new Family.StoredRows(rows, stored.has(layout.head()));
  }
}
