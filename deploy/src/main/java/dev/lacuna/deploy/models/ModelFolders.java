package dev.lacuna.deploy.models;

import dev.lacuna.deploy.config.LacunaHome;
import dev.lacuna.runtime.checkpoint.Manifest;
import dev.lacuna.runtime.onnx.ModelDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds model folders and checks that they are there, without reading what is in them. */
public final class ModelFolders {
  private ModelFolders() {}

  /** A folder by its path, or an imported model's by its name. */
  public static Path resolve(String folderOrName) {
    Path folder = Path.of(folderOrName);
    boolean isName = folder.getNameCount() == 1 && !folder.isAbsolute() && !Files.exists(folder);
    Path imported = LacunaHome.models().resolve(folderOrName);
    return isName && Files.isDirectory(imported) ? imported : folder;
  }

  /**
   * A sentence for each folder at fault.
   *
   * @param folders checkpoint folders by model name
   */
  public static List<String> problems(Map<String, Path> folders) {
    List<String> problems = new ArrayList<>();
    folders.forEach(
        (name, folder) -> {
          if (!Files.isDirectory(folder)) {
            problems.add(
                "model.dir: model '%s': %s %s"
                    .formatted(
                        name, folder, Files.exists(folder) ? "is no folder" : "does not exist"));
            return;
          }
          if (!ModelDescription.isModel(folder)) {
            problems.add(
                ("model.dir: model '%s': %s is no model: it has neither %s, nor tokenizer.json with"
                        + " model.safetensors or its index")
                    .formatted(name, folder, Manifest.FILE));
          }
        });
    return problems;
  }
}
