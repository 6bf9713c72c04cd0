package dev.lacuna.runtime.onnx.folder;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.FileDigest;
import dev.lacuna.runtime.checkpoint.manifest.Manifest;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import dev.lacuna.runtime.checkpoint.manifest.ModelFile;
import dev.lacuna.runtime.checkpoint.manifest.SourceFile;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.NumberFormat;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Imports a model: a checkpoint or a plain ONNX model becomes a folder with a small graph, its
 * weights in a file that the runtime maps, the tokenizer and a manifest. Weights go from file to
 * file in pieces, so that the heap need not hold them.
 *
 * <p>Threading: used by one thread.
 */
public final class ModelImport {

  /** Name of the graph's file. */
  public static final String GRAPH = "model.onnx";

  /** Name of the weights' file. */
  public static final String DATA = "model.onnx.data";

  private static final String TOKENIZER = "tokenizer.json";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  /** Room for graph, tokenizer and what else the disk is used for meanwhile. */
  private static final long SPARE_BYTES = 64L << 20;

  /**
   * What to import, and how.
   *
   * @param source the folder to read
   * @param target the folder to write
   * @param name name by which requests ask for the model
   * @param format numbers of the matrices
   * @param overrides facts that the files lack
   * @param force whether any folder at the target is replaced, not only a model's
   * @param createdBy program and version, for the manifest
   */
  public record Order(
      Path source,
      Path target,
      String name,
      NumberFormat format,
      FactOverrides overrides,
      boolean force,
      String createdBy) {}

  /** Gets how far an import has come. */
  public interface Progress {

    /**
     * Some bytes of the weights are written.
     *
     * @param bytes so far
     * @param total of about so many
     */
    void at(long bytes, long total);
  }

  /**
   * An imported model.
   *
   * @param folder where it lies
   * @param bytes of all its files
   */
  public record Imported(Manifest manifest, Path folder, long bytes) {}

  private final Order order;
  private final Path target;
  private final Progress progress;

  private ModelImport(Order order, Progress progress) {
    this.order = order;
    this.target = order.target().toAbsolutePath().normalize();
    this.progress = progress;
  }

  /**
   * Imports a model.
   *
   * @throws CheckpointException if the source can't be used or the target may not be replaced
   * @throws IOException if the target can't be written
   */
  public static Imported run(Order order, Progress progress) throws IOException {
    return new ModelImport(order, progress).run();
  }

  private Imported run() throws IOException {
    checkTarget();
    ImportSource source =
        ImportSource.read(order.source(), order.name(), order.format(), order.overrides());
    Map<Path, FileTime> before = times(source.sources());
    try (ModelFolder folder = ModelFolder.begin(target)) {
      long needed = ExternalWeights.bytesNeeded(source.rows());
      checkRoom(folder.filling(), needed);
      Manifest manifest = fill(folder, source, needed);
      checkUnchanged(source.sources(), before);
      folder.finish();
      return new Imported(manifest, target, size(manifest));
    }
  }

  private Manifest fill(ModelFolder folder, ImportSource source, long needed) throws IOException {
    ExternalWeights.Written written;
    ModelFile data;
    try (DigestingFile out = new DigestingFile(folder.filling().resolve(DATA))) {
      written =
          new ExternalWeights(
                  source.writer(), out, DATA, source.counted(), bytes -> progress.at(bytes, needed))
              .write(source.rows());
      out.force();
      data = new ModelFile(DATA, out.bytes(), out.sha256Hex());
    }
    folder.write(GRAPH, written.model().toByteArray());
    copy(folder, source.tokenizer(), TOKENIZER);
    Path config = source.tokenizer().resolveSibling(TOKENIZER_CONFIG);
    if (Files.isRegularFile(config)) {
      copy(folder, config, TOKENIZER_CONFIG);
    }
    Manifest manifest =
        new Manifest(
            source.facts(),
            source.dtype(),
            written.parameters(),
            described(folder, GRAPH),
            source.hidesPadding(),
            data,
            described(folder, TOKENIZER),
            sources(source.sources()),
            order.createdBy());
    folder.write(Manifest.FILE, ManifestFile.write(manifest));
    return manifest;
  }

  private static void copy(ModelFolder folder, Path from, String name) throws IOException {
    folder.write(name, Files.readAllBytes(from));
  }

  private static ModelFile described(ModelFolder folder, String name) throws IOException {
    Path file = folder.filling().resolve(name);
    return new ModelFile(name, Files.size(file), FileDigest.sha256(file));
  }

  private static List<SourceFile> sources(List<Path> files) throws IOException {
    List<SourceFile> sources = new ArrayList<>();
    for (Path file : files) {
      sources.add(new SourceFile(file.getFileName().toString(), Files.size(file)));
    }
    return sources;
  }

  private static long size(Manifest manifest) {
    return manifest.graph().bytes() + manifest.data().bytes() + manifest.tokenizer().bytes();
  }

  private void checkTarget() throws IOException {
    if (!Files.isDirectory(order.source())) {
      throw new CheckpointException(order.source(), "no such folder, expected a checkpoint");
    }
    if (Files.exists(target) && order.source().toRealPath().startsWith(target.toRealPath())) {
      throw new CheckpointException(
          target, "holds the folder that is to be imported; name another one with --out");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)
        && !order.force()
        && !isImportedModel(target)) {
      throw new CheckpointException(
          target,
          "is there and is no imported model; it is left alone (--force replaces it and all that"
              + " is in it)");
    }
  }

  private static boolean isImportedModel(Path folder) {
    try {
      return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && ManifestFile.isIn(folder)
          && ManifestFile.read(folder, null) instanceof ManifestFile.Kind.Imported;
    } catch (CheckpointException e) {
      return false;
    }
  }

  private void checkRoom(Path filling, long needed) throws IOException {
    FileStore disk = Files.getFileStore(filling);
    long free = disk.getUsableSpace();
    if (free < needed + SPARE_BYTES) {
      throw new CheckpointException(
          target,
          "needs %,d MB, but its disk has %,d MB left; make room, or name another disk with --out"
              .formatted((needed + SPARE_BYTES) / 1_000_000, free / 1_000_000));
    }
  }

  private static Map<Path, FileTime> times(List<Path> files) throws IOException {
    Map<Path, FileTime> times = new LinkedHashMap<>();
    for (Path file : files) {
      times.put(file, Files.getLastModifiedTime(file));
    }
    return times;
  }

  /** The revision was taken before the weights were read. */
  private static void checkUnchanged(List<Path> files, Map<Path, FileTime> before)
      throws IOException {
    for (Path file : files) {
      if (!Files.getLastModifiedTime(file).equals(before.get(file))) {
        throw new CheckpointException(
            file, "changed while it was imported; import it again when nobody writes to it");
      }
    }
  }
}
