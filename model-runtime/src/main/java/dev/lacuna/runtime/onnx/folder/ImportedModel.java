package dev.lacuna.runtime.onnx.folder;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.lacuna.runtime.checkpoint.Revision;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.FileDigest;
import dev.lacuna.runtime.checkpoint.files.TokenizerFile;
import dev.lacuna.runtime.checkpoint.manifest.Manifest;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import dev.lacuna.runtime.checkpoint.manifest.ModelFile;
import dev.lacuna.runtime.checkpoint.manifest.PlainManifest;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.onnx.graph.Head;
import dev.lacuna.runtime.onnx.graph.PlainGraph;
import dev.lacuna.runtime.onnx.graph.RowsGraph;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.Int8Kernels;
import dev.lacuna.runtime.onnx.session.OnnxForwardPass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A folder with a manifest, read and checked: an imported model or a plain ONNX one. Its weights
 * are not read.
 *
 * @param facts what the sampler, the planner and the engine need to know
 * @param dtype numbers of the graph's matrices, as fingerprints name them
 * @param folder where the files of the weights lie
 * @param rows the graph, still without a head
 * @param hidesPadding whether padding has no influence on a row's tokens
 * @param tokenizer path of tokenizer.json
 * @param files every file of the model; of a plain one, those whose content is the revision
 * @param manifest of an imported model; empty for a plain one
 */
record ImportedModel(
    ModelFacts facts,
    String dtype,
    Path folder,
    ModelProto rows,
    boolean hidesPadding,
    Path tokenizer,
    List<Path> files,
    Optional<Manifest> manifest) {

  /**
   * Reads a folder.
   *
   * @param name name by which requests ask for the model; null for the manifest's own
   * @throws CheckpointException for anything missing, damaged or at odds with the manifest
   */
  static ImportedModel read(Path folder, String name) {
    return read(folder, name, Revision::of);
  }

  /** Reads a folder as {@link #read} does, but leaves the revision of a plain model empty. */
  static ImportedModel describe(Path folder, String name) {
    return read(folder, name, files -> "");
  }

  private static ImportedModel read(
      Path folder, String name, Function<List<Path>, String> revision) {
    ManifestFile.Kind kind = ManifestFile.read(folder, name);
    if (kind instanceof ManifestFile.Kind.Imported imported) {
      return imported(folder, imported.manifest());
    }
    return plain(folder, ((ManifestFile.Kind.Plain) kind).manifest(), name, revision);
  }

  private static ImportedModel imported(Path folder, Manifest manifest) {
    Path graphFile = checked(folder, manifest.graph(), true);
    Path data = checked(folder, manifest.data(), false);
    Path tokenizer = checked(folder, manifest.tokenizer(), true);
    OnnxFile.Read read = OnnxFile.read(graphFile);
    List<String> problems =
        new ArrayList<>(RowsGraph.problems(read.model(), manifest.facts().vocabulary()));
    if (!List.of(manifest.data().name()).containsAll(read.dataFiles().keySet())) {
      problems.add(
          "has weights in "
              + read.dataFiles().keySet()
              + ", expected all in "
              + manifest.data().name());
    }
    if (!problems.isEmpty()) {
      throw new CheckpointException(graphFile, problems.get(0));
    }
    return new ImportedModel(
        manifest.facts(),
        manifest.dtype(),
        folder,
        read.model(),
        manifest.hidesPadding(),
        tokenizer,
        List.of(graphFile, data, tokenizer),
        Optional.of(manifest));
  }

  /**
   * Checks a file against the manifest. The content of the weights is left to {@code models
   * verify}: reading them whole would undo that they are mapped and read when first needed.
   */
  static Path checked(Path folder, ModelFile expected, boolean content) {
    Path file = folder.resolve(expected.name());
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(
          file, "no such file, expected as " + Manifest.FILE + " describes it");
    }
    try {
      long bytes = Files.size(file);
      if (bytes != expected.bytes()) {
        throw new CheckpointException(
            file,
            "is "
                + bytes
                + " bytes long, expected "
                + expected.bytes()
                + " from "
                + Manifest.FILE
                + "; import the model again");
      }
    } catch (IOException e) {
      throw new CheckpointException(file, "can't be read: " + e.getMessage(), e);
    }
    if (content && !FileDigest.sha256(file).equals(expected.sha256())) {
      throw new CheckpointException(
          file, "has another SHA-256 than " + Manifest.FILE + " states; import the model again");
    }
    return file;
  }

  private static ImportedModel plain(
      Path folder, PlainManifest manifest, String name, Function<List<Path>, String> revision) {
    Path graphFile = folder.resolve(manifest.graphFile());
    Path tokenizer = folder.resolve("tokenizer.json");
    int tokens = TokenizerFile.read(tokenizer).tokens();
    OnnxFile.Read read = OnnxFile.read(graphFile);
    PlainGraph.Wrapped wrapped = PlainGraph.wrap(graphFile, read.model(), manifest.vocabulary());
    List<Path> sources =
        new ArrayList<>(List.of(folder.resolve(Manifest.FILE), tokenizer, graphFile));
    sources.addAll(read.dataFiles().values());
    String known =
        name == null ? folder.toAbsolutePath().normalize().getFileName().toString() : name;
    ModelFacts facts =
        ManifestFile.facts(
            folder, manifest, known, revision.apply(sources), wrapped.vocabulary(), tokens);
    return new ImportedModel(
        facts,
        Manifest.PLAIN_DTYPE,
        folder,
        wrapped.rows(),
        wrapped.hidesPadding(),
        tokenizer,
        List.copyOf(sources),
        Optional.empty());
  }

  /** Loads the graph with a head. */
  OnnxForwardPass open(Head.Kind head, ForwardPassOptions options) {
    ModelProto whole = Int8Kernels.fitted(dtype, RowsGraph.withHead(rows, head));
    return new OnnxForwardPass(
        whole.toByteArray(), folder, facts, Int8Kernels.placed(dtype, options));
  }
}
