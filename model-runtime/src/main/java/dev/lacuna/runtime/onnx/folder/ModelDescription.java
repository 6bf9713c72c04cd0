package dev.lacuna.runtime.onnx.folder;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.TokenizerFile;
import dev.lacuna.runtime.checkpoint.manifest.Manifest;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import dev.lacuna.runtime.checkpoint.safetensors.StoredTensor;
import dev.lacuna.runtime.checkpoint.safetensors.Weights;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SpecialTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a folder holds, for people: read without the content of its weights.
 *
 * @param kind what was found
 * @param facts what the sampler, the planner and the engine need; the revision is empty where it
 *     could only be had by reading the weights
 * @param dtype numbers of the matrices
 * @param parameters numbers that the weights hold
 * @param bytes of all files
 * @param tensors the stored weights by the type of their numbers
 * @param tokenTexts the special tokens' texts by {@code mask}, {@code start}, {@code end}, {@code
 *     pad}; absent where there is no such token or it has no text
 * @param shape shape of the transformer, where a checkpoint states it
 * @param manifest the manifest of an imported model
 */
public record ModelDescription(
    Kind kind,
    ModelFacts facts,
    String dtype,
    long parameters,
    long bytes,
    Map<String, Tensors> tensors,
    Map<String, String> tokenTexts,
    Optional<TransformerShape> shape,
    Optional<Manifest> manifest) {

  /** What a folder can be. */
  public enum Kind {
    /** An imported model. */
    IMPORTED,
    /** A plain ONNX model. */
    ONNX,
    /** A checkpoint as it was published. */
    CHECKPOINT
  }

  /**
   * Stored tensors of one type.
   *
   * @param count how many
   * @param bytes of all of them
   */
  public record Tensors(int count, long bytes) {

    private Tensors plus(long more) {
      return new Tensors(count + 1, bytes + more);
    }
  }

  /** Whether a folder looks as if it were a model at all. */
  public static boolean isModel(Path folder) {
    return ManifestFile.isIn(folder)
        || (Files.isRegularFile(folder.resolve("tokenizer.json"))
            && (Files.isRegularFile(folder.resolve("model.safetensors"))
                || Files.isRegularFile(folder.resolve("model.safetensors.index.json"))));
  }

  /**
   * Reads a folder.
   *
   * @param name name of the model; null for the manifest's own or the folder's
   * @throws CheckpointException for anything missing, damaged or unsupported
   */
  public static ModelDescription of(Path folder, String name, FactOverrides overrides) {
    String folderName = folder.toAbsolutePath().normalize().getFileName().toString();
    return ManifestFile.isIn(folder)
        ? withManifest(folder, name)
        : checkpoint(folder, name == null ? folderName : name, overrides);
  }

  private static ModelDescription checkpoint(Path folder, String name, FactOverrides overrides) {
    Checkpoint checkpoint = Checkpoint.describe(folder, name, overrides);
    Map<String, Tensors> tensors = new TreeMap<>();
    for (StoredTensor tensor : Weights.of(folder).tensors()) {
      add(tensors, tensor.type().name(), tensor.bytes());
    }
    return new ModelDescription(
        Kind.CHECKPOINT,
        checkpoint.facts(),
        String.join("+", tensors.keySet()).toLowerCase(java.util.Locale.ROOT),
        checkpoint.shape().parameters(),
        bytes(checkpoint.files()),
        tensors,
        texts(checkpoint.facts(), checkpoint.tokenizer()),
        Optional.of(checkpoint.shape()),
        Optional.empty());
  }

  private static ModelDescription withManifest(Path folder, String name) {
    ImportedModel model = ImportedModel.describe(folder, name);
    Map<String, Tensors> tensors = new TreeMap<>();
    long parameters = 0;
    for (TensorProto tensor : model.rows().getGraph().getInitializerList()) {
      if (ExternalWeights.moves(tensor)) {
        long bytes = TensorBytes.of(tensor);
        add(tensors, String.valueOf(TensorProto.DataType.forNumber(tensor.getDataType())), bytes);
        parameters += TensorBytes.elements(tensor);
      }
    }
    Optional<Manifest> manifest = model.manifest();
    return new ModelDescription(
        manifest.isPresent() ? Kind.IMPORTED : Kind.ONNX,
        model.facts(),
        model.dtype(),
        manifest.map(Manifest::parameters).orElse(parameters),
        bytes(model.files()),
        tensors,
        texts(model.facts(), model.tokenizer()),
        Optional.empty(),
        manifest);
  }

  private static void add(Map<String, Tensors> tensors, String type, long bytes) {
    tensors.merge(type, new Tensors(1, bytes), (old, one) -> old.plus(one.bytes()));
  }

  private static long bytes(List<Path> files) {
    long bytes = 0;
    for (Path file : new ArrayList<>(files)) {
      try {
        bytes += Files.size(file);
      } catch (IOException e) {
        throw new CheckpointException(file, "can't be read: " + e.getMessage(), e);
      }
    }
    return bytes;
  }

  private static Map<String, String> texts(ModelFacts facts, Path tokenizer) {
    TokenizerFile file = TokenizerFile.read(tokenizer);
    SpecialTokens special = facts.special();
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, file, "mask", special.mask());
    put(texts, file, "start", special.start());
    put(texts, file, "end", special.end());
    put(texts, file, "pad", special.pad());
    return texts;
  }

  private static void put(Map<String, String> texts, TokenizerFile file, String role, int id) {
    if (id != SpecialTokens.NONE) {
      file.textOf(id).ifPresent(text -> texts.put(role, text));
    }
  }
}
