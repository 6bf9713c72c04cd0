package dev.lacuna.evaluation.conformance.kit;

import dev.lacuna.runtime.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A conformance kit: a folder of checkpoints and of what published implementations make of them.
 *
 * @param folder where it is
 * @param set the kit's own name
 * @param models its models, in the manifest's order
 */
public record Kit(Path folder, String set, List<KitModel> models) {

  /** Name of the file that lists the models. */
  public static final String MANIFEST = "manifest.json";

  public Kit {
    models = List.copyOf(models);
  }

  /**
   * Reads a kit's manifest; the files that it names are read case by case.
   *
   * @throws KitException if there is no manifest or it can't be used
   */
  public static Kit read(Path kit) {
    Path folder = kit.toAbsolutePath().normalize();
    Path manifest = folder.resolve(MANIFEST);
    if (!Files.isDirectory(folder)) {
      throw new KitException(folder, "no such folder, expected that of a conformance kit");
    }
    if (!Files.isRegularFile(manifest)) {
      throw new KitException(
          folder, "holds no " + MANIFEST + ", expected the folder of a conformance kit");
    }
    JsonObject json = KitFile.json(manifest);
    if (json.has("format") && json.integer("format") != 1) {
      throw json.wrong("format", "1, the only format that this version reads");
    }
    List<KitModel> models = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonObject model : json.objects("models")) {
      models.add(KitModel.read(folder, model));
      if (!names.add(model.text("name"))) {
        throw model.wrong("name", "a name that no other model has");
      }
    }
    return new Kit(folder, json.optionalText("set").orElse(""), models);
  }
}
