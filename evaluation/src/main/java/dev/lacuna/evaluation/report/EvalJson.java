package dev.lacuna.evaluation.report;

import dev.lacuna.console.JsonLines;
import dev.lacuna.evaluation.baseline.Baselines;
import dev.lacuna.evaluation.measure.Estimate;
import dev.lacuna.evaluation.report.EvalReport.ForwardRow;
import dev.lacuna.evaluation.report.EvalReport.InfillMeasure;
import dev.lacuna.evaluation.report.EvalReport.InfillRow;
import dev.lacuna.evaluation.report.EvalReport.Measure;
import dev.lacuna.runtime.check.Checked;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A report as JSON objects of one line each: {@code evaluation}, {@code likelihoodBound}, {@code
 * forwardAccuracy}, {@code baselines}, {@code againstFp32} (differences as shares of one; for other
 * numbers than fp32), {@code infill}. Accuracies are shares of one; a measure that is not for this
 * model has {@code refused} with the reason instead; an unknown error is null.
 */
public final class EvalJson {

  private EvalJson() {}

  /** The lines of the whole report. */
  public static List<String> lines(EvalReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(JsonLines.object("evaluation", subject(report.subject())));
    lines.add(line("likelihoodBound", Map.of(), report.bound(), EvalJson::measure));
    for (ForwardRow row : report.forward()) {
      Map<String, Object> share = Map.of("maskedShare", row.share());
      lines.add(line("forwardAccuracy", share, row.accuracy(), EvalJson::measure));
    }
    lines.add(line("baselines", Map.of(), report.baselines(), EvalJson::baselines));
    report.loss().ifPresent(loss -> lines.add(line("againstFp32", Map.of(), loss, EvalJson::loss)));
    for (InfillRow row : report.infill()) {
      Map<String, Object> setting = new LinkedHashMap<>();
      setting.put("varied", row.setting().varied().label());
      setting.put("value", row.setting().value());
      setting.put("maskedShare", row.setting().share());
      lines.add(line("infill", setting, row.result(), EvalJson::infill));
    }
    return lines;
  }

  private static <T> String line(
      String type,
      Map<String, Object> head,
      Checked<T> value,
      BiConsumer<Map<String, Object>, T> put) {
    Map<String, Object> fields = new LinkedHashMap<>(head);
    if (value instanceof Checked.Valid<T> valid) {
      put.accept(fields, valid.value());
    } else {
      fields.put("refused", ((Checked.Refused<T>) value).refusal().message());
    }
    return JsonLines.object(type, fields);
  }

  private static Map<String, Object> subject(EvalReport.Subject subject) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", subject.model());
    fields.put("fingerprint", subject.fingerprint());
    fields.put("file", subject.file());
    fields.put("documents", subject.documents());
    fields.put("forwardDocuments", subject.forwardDocuments());
    fields.put("engineDocuments", subject.engineDocuments());
    fields.put("cutDocuments", subject.cutDocuments());
    fields.put("canvasLimit", subject.canvasLimit());
    fields.put("boundDraws", subject.boundDraws());
    fields.put("spanLength", subject.spanLength());
    fields.put("seed", subject.seed());
    fields.put("base", subject.base());
    return fields;
  }

  private static void measure(Map<String, Object> fields, Measure measure) {
    estimate(fields, "value", measure.estimate());
    fields.put("documents", measure.documents());
    fields.put("tokens", measure.tokens());
  }

  private static void loss(Map<String, Object> fields, EvalReport.Loss loss) {
    estimate(fields, "bound", loss.bound());
    fields.put("documents", loss.documents());
    fields.put(
        "accuracies",
        loss.accuracies().stream()
            .map(
                row -> {
                  Map<String, Object> entry = new LinkedHashMap<>();
                  entry.put("maskedShare", row.share());
                  estimate(entry, "accuracy", row.accuracy());
                  entry.put("differing", row.differing());
                  entry.put("tokens", row.tokens());
                  return entry;
                })
            .toList());
  }

  private static void infill(Map<String, Object> fields, InfillMeasure measure) {
    measure(fields, measure.accuracy());
    measure.againstBase().ifPresent(difference -> estimate(fields, "againstBase", difference));
    estimate(fields, "steps", measure.steps());
    fields.put("tokensPerStep", measure.tokensPerStep());
    fields.put("secondsPerDocument", measure.secondsPerDocument());
  }

  private static void baselines(Map<String, Object> fields, Baselines baselines) {
    estimate(fields, "unigramNats", baselines.unigramNats());
    estimate(fields, "trigramNats", baselines.trigramNats());
    estimate(fields, "unigramAccuracy", baselines.unigramAccuracy());
    estimate(fields, "trigramAccuracy", baselines.trigramAccuracy());
    estimate(fields, "neighboursAccuracy", baselines.neighboursAccuracy());
    fields.put("trainDocuments", baselines.provenance().trainDocuments());
    fields.put("trainTokens", baselines.provenance().trainTokens());
    fields.put("heldOutDocuments", baselines.provenance().heldOutDocuments());
    fields.put("heldOutTokens", baselines.provenance().heldOutTokens());
  }

  /** NaN and infinity are no JSON. */
  private static void estimate(Map<String, Object> fields, String name, Estimate estimate) {
    fields.put(name, Double.isFinite(estimate.value()) ? estimate.value() : null);
    fields.put(
        name + "StandardError",
        Double.isFinite(estimate.standardError()) ? estimate.standardError() : null);
  }
}
