package dev.lacuna.worker.models;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import dev.lacuna.worker.config.LacunaHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds model folders and checks that they are there, without reading what is in them. */
public final class ModelFolders {

  /** What a folder must hold; of several names one is enough, and the first is the usual one. */
  private static final List<List<String>> FILES =
      List.of(
          List.of("config.json", "lit_config.json"),
          List.of("model.safetensors", "model.safetensors.index.json"),
          List.of("tokenizer.json"));

  private ModelFolders() {}

  /**
   * A folder by its path, or an imported model's by its name.
   *
   * @throws CheckpointException if there is neither
   */
  public static Path resolve(String folderOrName) {
    Path folder = Path.of(folderOrName);
    boolean isName = folder.getNameCount() == 1 && !folder.isAbsolute() && !Files.exists(folder);
    Path imported = LacunaHome.models().resolve(folderOrName);
    if (isName && Files.isDirectory(imported)) {
      return imported;
    }
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder,
          isName
              ? "no such folder, and no imported model of this name; `lacuna models list` has them"
              : "no such folder");
    }
    return folder;
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
          if (ManifestFile.isIn(folder)) {
            return;
          }
          List<String> missing =
              FILES.stream()
                  .filter(names -> names.stream().noneMatch(n -> readable(folder, n)))
                  .map(names -> names.get(0))
                  .toList();
          if (!missing.isEmpty()) {
            problems.add(
                "model.dir: model '%s': %s has no readable %s"
                    .formatted(name, folder, String.join(", ", missing)));
          }
        });
    return problems;
  }

  private static boolean readable(Path folder, String name) {
    return Files.isReadable(folder.resolve(name));
  }
}
