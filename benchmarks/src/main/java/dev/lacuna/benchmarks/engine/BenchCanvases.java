package dev.lacuna.benchmarks.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.benchmarks.measure.BenchTokens;
import dev.lacuna.benchmarks.measure.StepInput;
import dev.lacuna.console.FileProblem;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Canvases with masks, token for token, without a text behind them. */
public final class BenchCanvases {

  private static final String CODE = "INVALID_FILE";
  private static final long SEED = 11;
  private static final JsonMapper JSON = new JsonMapper();

  private BenchCanvases() {}

  /** Canvases whose masks stand at random places. */
  static List<DocumentPlan> masked(
      ModelFacts facts, BenchTokens tokens, int rows, int length, double share) {
    Random random = new Random(SEED);
    int masks = StepInput.picksOf(length, share);
    List<DocumentPlan> plans = new ArrayList<>();
    for (int[] canvas : tokens.canvases(rows, length)) {
      plans.add(plan(facts, canvas, StepInput.places(length, masks, random)));
    }
    return plans;
  }

  /**
   * Canvases of a file: one JSON object a line, whose {@code tokens} are the ids of one canvas,
   * masks among them.
   */
  public static Checked<List<DocumentPlan>> read(Path file, ModelFacts facts) {
    List<DocumentPlan> plans = new ArrayList<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      return refused("the canvas file " + FileProblem.of(file.toString(), e));
    }
    for (int number = 1; number <= lines.size(); number++) {
      if (lines.get(number - 1).isBlank()) {
        continue;
      }
      Checked<DocumentPlan> plan =
          canvas(lines.get(number - 1), facts, file + ", line " + number + ": ");
      if (plan instanceof Checked.Refused<DocumentPlan> refused) {
        return new Checked.Refused<>(refused.refusal());
      }
      plans.add(((Checked.Valid<DocumentPlan>) plan).value());
    }
    return plans.isEmpty()
        ? refused(file + " holds no canvas; it needs one {\"tokens\": [ids]} a line")
        : Checked.valid(plans);
  }

  private static Checked<DocumentPlan> canvas(String line, ModelFacts facts, String where) {
    JsonNode ids;
    try {
      ids = JSON.readTree(line).path("tokens");
    } catch (JsonProcessingException e) {
      return refused(where + "it is no JSON: " + e.getOriginalMessage());
    }
    if (!ids.isArray() || ids.isEmpty() || ids.size() > facts.canvasLimit()) {
      return refused(
          where + "tokens must be an array of 1 to " + facts.canvasLimit() + " ids of the model");
    }
    int[] tokens = new int[ids.size()];
    for (int i = 0; i < tokens.length; i++) {
      JsonNode id = ids.get(i);
      if (!id.isInt() || id.intValue() < 0 || id.intValue() >= facts.embeddings()) {
        return refused(
            where + "token " + id + " must be an id from 0 to " + (facts.embeddings() - 1));
      }
      tokens[i] = id.intValue();
    }
    List<Integer> masks =
        IntStream.range(0, tokens.length)
            .filter(i -> tokens[i] == facts.maskToken())
            .boxed()
            .toList();
    return masks.isEmpty()
        ? refused(where + "there is no mask, id " + facts.maskToken() + ", among the tokens")
        : Checked.valid(plan(facts, tokens, masks));
  }

  private static <T> Checked<T> refused(String message) {
    return Checked.refused(CODE, "canvases", message);
  }

  private static DocumentPlan plan(ModelFacts facts, int[] canvas, List<Integer> masks) {
    int[] tokens = canvas.clone();
    masks.forEach(at -> tokens[at] = facts.special().hasMask() ? facts.maskToken() : 0);
    List<DocumentPlan.BlankSpan> blanks = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= masks.size(); i++) {
      if (i == masks.size() || masks.get(i) != masks.get(i - 1) + 1) {
        blanks.add(
            new DocumentPlan.BlankSpan(masks.get(first), i - first, blanks.size(), false, false));
        first = i;
      }
    }
    return DocumentPlan.onOneCanvas(
        new Document(List.of()), tokens, blanks, tokens.length - masks.size());
  }

  /** One line for each canvas with its masks filled, as {@link #read} takes them. */
  static List<String> lines(List<DocumentPlan> plans, List<int[]> maskTokens) {
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < plans.size(); row++) {
      int[] tokens = plans.get(row).tokens().clone();
      int[] positions = plans.get(row).maskPositions();
      for (int i = 0; i < positions.length; i++) {
        tokens[positions[i]] = maskTokens.get(row)[i];
      }
      lines.add(JSON.createObjectNode().set("tokens", JSON.valueToTree(tokens)).toString());
    }
    return lines;
  }
}
