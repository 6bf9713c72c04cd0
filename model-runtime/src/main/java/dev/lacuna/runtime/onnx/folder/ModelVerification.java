package dev.lacuna.runtime.onnx.folder;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.FileDigest;
import dev.lacuna.runtime.checkpoint.manifest.Manifest;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import java.nio.file.Path;

/** Compares every byte of an imported model with its manifest. */
public final class ModelVerification {

  private ModelVerification() {}

  /**
   * Reads all files of a folder.
   *
   * @param progress gets how much of the weights was read
   * @return the manifest
   * @throws CheckpointException naming the first file that differs
   */
  public static Manifest verify(Path folder, ModelImport.Progress progress) {
    if (!ManifestFile.isIn(folder)) {
      throw new CheckpointException(
          folder, "holds no " + Manifest.FILE + ": only an imported model can be verified");
    }
    ImportedModel.read(folder, null);
    if (!(ManifestFile.read(folder, null) instanceof ManifestFile.Kind.Imported imported)) {
      throw new CheckpointException(
          folder, "is a plain ONNX model: its manifest has no checksums; import it first");
    }
    Manifest manifest = imported.manifest();
    Path data = folder.resolve(manifest.data().name());
    String found = FileDigest.sha256(data, bytes -> progress.at(bytes, manifest.data().bytes()));
    if (!found.equals(manifest.data().sha256())) {
      throw new CheckpointException(
          data, "has another SHA-256 than " + Manifest.FILE + " states; import the model again");
    }
    return manifest;
  }
}
