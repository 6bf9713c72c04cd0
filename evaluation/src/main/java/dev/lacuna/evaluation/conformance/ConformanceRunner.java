package dev.lacuna.evaluation.conformance;

import dev.lacuna.evaluation.conformance.kit.Kit;
import dev.lacuna.evaluation.conformance.kit.KitException;
import dev.lacuna.evaluation.conformance.kit.KitModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs a kit's cases, model by model; a model's graphs are closed before the next one's. */
public final class ConformanceRunner {

  private ConformanceRunner() {}

  /**
   * Runs the cases.
   *
   * @param sink gets every result on the caller's thread, in the order of the manifest
   * @throws KitException if no model has the name asked for
   */
  public static void run(Kit kit, ConformanceOptions options, Consumer<CaseResult> sink) {
    List<KitModel> models =
        kit.models().stream()
            .filter(model -> options.model().map(model.name()::equals).orElse(true))
            .toList();
    if (models.isEmpty()) {
      throw new KitException(
          kit.folder().resolve(Kit.MANIFEST),
          "has no model %s, expected one of %s"
              .formatted(
                  options.model().map(name -> "'" + name + "'").orElse("at all"),
                  kit.models().stream().map(KitModel::name).toList()));
    }
    for (KitModel model : models) {
      try (ModelUnderTest opened = new ModelUnderTest(model, options.forward())) {
        for (ConformanceCase one : cases(model, opened, options.seed())) {
          sink.accept(one.run(model.name()));
        }
      }
    }
  }

  private static List<ConformanceCase> cases(KitModel model, ModelUnderTest opened, long seed) {
    List<ConformanceCase> cases = new ArrayList<>();
    cases.addAll(LogitsCases.of(model, opened::logits));
    cases.addAll(TrajectoryCases.of(model, opened, seed));
    cases.addAll(DistributionCases.of(model, opened::serving, opened::facts, seed));
    cases.addAll(TokenizerCases.of(model));
    return cases;
  }
}
