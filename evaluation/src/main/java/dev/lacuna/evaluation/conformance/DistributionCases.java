package dev.lacuna.evaluation.conformance;

import dev.lacuna.evaluation.conformance.kit.KitException;
import dev.lacuna.evaluation.conformance.kit.KitFile;
import dev.lacuna.evaluation.conformance.kit.KitModel;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.json.JsonObject;
import dev.lacuna.runtime.sampling.CounterRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens drawn by the serving graph from one canvas and position, against the exact distribution.
 *
 * <p>Twice: with uniform numbers spread evenly over [0, 1), which an inverse CDF turns into each
 * token's share to within one draw; and with random ones, judged by chi-square.
 */
final class DistributionCases {

  private static final String PLAIN = "temperature_only";
  private static final Pattern TOP_P = Pattern.compile("top_p_(0\\.[0-9]+|1(?:\\.0+)?)");
  private static final Pattern TOP_K = Pattern.compile("top_k_([1-9][0-9]{0,8})");

  private DistributionCases() {}

  /**
   * A distribution by its name in the kit.
   *
   * @param topP 1 for all
   * @param topK 0 for all
   */
  record Filter(float topP, int topK) {}

  static List<ConformanceCase> of(
      KitModel model, Supplier<ForwardPass> pass, Supplier<ModelFacts> facts, long seed) {
    if (model.sampling().isEmpty()) {
      return List.of();
    }
    Path file = model.sampling().get();
    List<ConformanceCase> cases = new ArrayList<>();
    try {
      List<JsonObject> canvases = KitFile.json(file).objects("cases");
      for (int i = 0; i < canvases.size(); i++) {
        JsonObject canvas = canvases.get(i);
        for (String key : canvas.keys()) {
          if (isDistribution(canvas, key)) {
            int number = i + 1;
            cases.add(
                new ConformanceCase(
                    CaseKind.DISTRIBUTION,
                    "canvas " + number + " " + key,
                    finding ->
                        compare(canvas, key, number, pass.get(), facts.get(), seed, finding)));
          }
        }
      }
    } catch (KitException e) {
      cases.add(
          ConformanceCase.unreadable(CaseKind.DISTRIBUTION, file.getFileName().toString(), e));
    }
    return cases;
  }

  private static boolean isDistribution(JsonObject canvas, String key) {
    boolean known =
        key.equals(PLAIN) || TOP_P.matcher(key).matches() || TOP_K.matcher(key).matches();
    return known || canvas.node().get(key).isObject();
  }

  private static Filter filter(JsonObject golden, String key) {
    Matcher topP = TOP_P.matcher(key);
    if (topP.matches()) {
      return new Filter(Float.parseFloat(topP.group(1)), 0);
    }
    Matcher topK = TOP_K.matcher(key);
    if (topK.matches()) {
      return new Filter(1f, Integer.parseInt(topK.group(1)));
    }
    if (key.equals(PLAIN)) {
      return new Filter(1f, 0);
    }
    throw new KitException(
        golden.file(),
        "has a distribution " + key + ", expected temperature_only, top_p_P or top_k_K");
  }

  private static void compare(
      JsonObject golden,
      String key,
      int number,
      ForwardPass pass,
      ModelFacts facts,
      long seed,
      Finding finding) {
    if (!golden.has(key)) {
      finding.skip("the kit leaves it out: " + key + " is null");
      return;
    }
    ExactDistribution expected = ExactDistribution.read(golden.object(key), facts.vocabulary());
    TokenDraws draws =
        new TokenDraws(
            pass,
            facts,
            golden.integers("canvas"),
            golden.integer("position"),
            (float) golden.number("temperature"),
            filter(golden, key));
    int count = TokenDraws.COUNT;
    expected.compareShares(draws.count(i -> (i + 0.5f) / count), count, finding);
    // Each canvas has its own numbers; the filters of one canvas share theirs.
    expected.chiSquare(
        draws.count(i -> CounterRandom.uniform(seed, 1, 1, number, i, CounterRandom.TOKEN_STREAM)),
        finding);
  }
}
