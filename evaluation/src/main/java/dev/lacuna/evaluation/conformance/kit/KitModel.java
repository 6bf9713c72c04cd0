package dev.lacuna.evaluation.conformance.kit;

import dev.lacuna.runtime.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One model of a kit.
 *
 * @param name its name, unique in the kit
 * @param family its family's name, which tells which published implementation it belongs to
 * @param folder the checkpoint
 * @param logitRows width of the logits
 * @param maskToken id of the mask; empty for none
 * @param logits file of logits cases, if any
 * @param trajectories files of recorded runs
 * @param sampling file of distributions, if any
 * @param tokenizer file of texts, if any
 * @param manifest its whole entry
 */
public record KitModel(
    String name,
    String family,
    Path folder,
    int logitRows,
    OptionalInt maskToken,
    Optional<Path> logits,
    List<Path> trajectories,
    Optional<Path> sampling,
    Optional<Path> tokenizer,
    JsonObject manifest) {

  public KitModel {
    trajectories = List.copyOf(trajectories);
  }

  static KitModel read(Path kit, JsonObject json) {
    Path goldens = KitFile.named(kit, json.text("golden_dir"), json.file());
    JsonObject golden = json.object("golden");
    List<String> runs = golden.has("trajectories") ? golden.texts("trajectories") : List.of();
    return new KitModel(
        json.text("name"),
        json.text("family"),
        KitFile.named(kit, json.text("dir"), json.file()),
        json.integer("logit_rows"),
        json.optionalInteger("mask_token_id"),
        optional(goldens, golden, "logits"),
        runs.stream().map(name -> KitFile.named(goldens, name, json.file())).toList(),
        optional(goldens, golden, "sampling"),
        optional(goldens, golden, "tokenizer"),
        json);
  }

  private static Optional<Path> optional(Path goldens, JsonObject golden, String key) {
    return golden.optionalText(key).map(name -> KitFile.named(goldens, name, golden.file()));
  }
}
