package dev.lacuna.deploy.models;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks that checkpoint folders are there, without reading what is in them. */
public final class ModelFolders {
  private static final List<String> FILES =
      List.of("config.json", "model.safetensors", "tokenizer.json");

  private ModelFolders() {}

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
          List<String> missing =
              FILES.stream().filter(file -> !Files.isReadable(folder.resolve(file))).toList();
          if (!missing.isEmpty()) {
            problems.add(
                "model.dir: model '%s': %s has no readable %s"
                    .formatted(name, folder, String.join(", ", missing)));
          }
        });
    return problems;
  }
}
