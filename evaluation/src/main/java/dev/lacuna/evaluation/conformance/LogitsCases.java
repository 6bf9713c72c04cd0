package dev.lacuna.evaluation.conformance;

import dev.lacuna.evaluation.conformance.kit.KitException;
import dev.lacuna.evaluation.conformance.kit.KitFile;
import dev.lacuna.evaluation.conformance.kit.KitModel;
import dev.lacuna.runtime.json.JsonObject;
import dev.lacuna.runtime.onnx.session.LogitsPass;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Raw logits of single canvases, row by row, before any shift. */
final class LogitsCases {

  /** Absolute; both sides are computed in fp32, in another order of operations. */
  static final double TOLERANCE = 1e-4;

  private LogitsCases() {}

  static List<ConformanceCase> of(KitModel model, Supplier<LogitsPass> pass) {
    if (model.logits().isEmpty()) {
      return List.of();
    }
    Path file = model.logits().get();
    List<JsonObject> canvases;
    try {
      canvases = KitFile.json(file).objects("cases");
    } catch (KitException e) {
      return List.of(ConformanceCase.unreadable(CaseKind.LOGITS, file.getFileName().toString(), e));
    }
    List<ConformanceCase> cases = new ArrayList<>();
    for (int i = 0; i < canvases.size(); i++) {
      JsonObject golden = canvases.get(i);
      cases.add(
          new ConformanceCase(
              CaseKind.LOGITS,
              golden.node().path("name").asText("case " + (i + 1)),
              finding -> compare(model, golden, pass.get(), finding)));
    }
    return cases;
  }

  private static void compare(KitModel model, JsonObject golden, LogitsPass pass, Finding finding) {
    int[] ids = golden.integers("input_ids");
    int[] shape = golden.integers("shape");
    if (shape.length != 2 || shape[0] != ids.length || shape[1] != model.logitRows()) {
      throw golden.wrong("shape", "[%d, %d]".formatted(ids.length, model.logitRows()));
    }
    float[] expected = read(golden, "file", shape);
    float[] found =
        pass.logits(
            ids, golden.integersOrNull("attention_mask"), golden.integersOrNull("position_ids"));
    if (found.length != expected.length) {
      finding.mismatch(
          "the model gives %d logits a row, expected %d"
              .formatted(found.length / ids.length, shape[1]));
      return;
    }
    int[] argmax = golden.integers("argmax");
    if (argmax.length != ids.length) {
      throw golden.wrong("argmax", "a list of " + ids.length);
    }
    int[] rows = golden.integers("compare_rows");
    for (int row : rows) {
      if (row < 0 || row >= ids.length) {
        throw golden.wrong("compare_rows", "rows from 0 to " + (ids.length - 1));
      }
      compareRow(finding, row, shape[1], found, expected, argmax[row]);
    }
    diagnose(golden, shape, rows, found, finding);
  }

  private static void compareRow(
      Finding finding, int row, int width, float[] found, float[] expected, int argmax) {
    int best = 0;
    for (int id = 0; id < width; id++) {
      int at = row * width + id;
      // Built only where needed: there are many logits.
      double difference = Math.abs((double) found[at] - expected[at]);
      finding.seen(difference);
      if (!(difference <= TOLERANCE)) {
        finding.near("logit " + id, "row " + row, found[at], expected[at], TOLERANCE);
      }
      if (found[at] > found[row * width + best]) {
        best = id;
      }
    }
    if (best != argmax) {
      finding.mismatch("row %d: the highest logit is %d, expected %d".formatted(row, best, argmax));
    }
  }

  /** A kit may hold the logits of a likely mistake: whoever makes it is told so. */
  private static void diagnose(
      JsonObject golden, int[] shape, int[] rows, float[] found, Finding finding) {
    if (finding.mismatch().isEmpty() || !golden.has("alt_file_fp32_rope")) {
      return;
    }
    float[] mistaken = read(golden, "alt_file_fp32_rope", shape);
    double worst = 0;
    for (int row : rows) {
      for (int at = row * shape[1]; at < (row + 1) * shape[1]; at++) {
        worst = Math.max(worst, Math.abs((double) found[at] - mistaken[at]));
      }
    }
    if (worst <= TOLERANCE) {
      finding.explain("these are the logits of rotary tables that weren't rounded to bfloat16");
    }
  }

  private static float[] read(JsonObject golden, String key, int[] shape) {
    Path folder = golden.file().getParent();
    Path file = KitFile.named(folder, golden.text(key), golden.file());
    return KitFile.floats(file, Math.multiplyExact(shape[0], shape[1]));
  }
}
