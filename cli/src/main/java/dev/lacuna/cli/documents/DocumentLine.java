package dev.lacuna.cli.documents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.json.JsonReader;
import dev.lacuna.runtime.text.BlankMarkup;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.TimingDetail;
import dev.lacuna.worker.kafka.WireDocuments;
import java.util.List;

/**
 * One line of a documents file: {@code {"id":…, "text":"… [[24]] …", "sampling":{…},
 * "labels":{…}}}.
 *
 * <p>Only form is checked here, so that the worker's answer to an impossible request is the one
 * everybody gets: what is no JSON, an unknown field or a wrong type is refused; −1 steps are not.
 */
final class DocumentLine {

  /** Code of every refusal of this class. */
  static final String INVALID_LINE = "INVALID_LINE";

  private DocumentLine() {}

  /** The request of a line, or why the line can't be read. */
  static Checked<GenerationRequest> parse(String line) {
    JsonNode node;
    try {
      node = JsonReader.tree(line);
    } catch (JsonProcessingException e) {
      return refused("it is no JSON: " + JsonReader.reason(e));
    }
    if (!node.isObject()) {
      return refused("it must be a JSON object");
    }
    return request(LineFields.of(node));
  }

  private static Checked<GenerationRequest> request(LineFields fields) {
    fields.require("id");
    fields.require("text");
    GenerationRequest.Builder request =
        GenerationRequest.newBuilder()
            .setId(fields.text("id").orElse(""))
            .setModel(fields.text("model").orElse(null))
            .setSamples(fields.integer("samples").orElse(1))
            .setBestOf(fields.integer("bestOf").orElse(null))
            .setPriority(fields.integer("priority").orElse(0))
            .setDeadline(fields.instant("deadline").orElse(null))
            .setTimings(
                fields
                    .choice("timings", TimingDetail.class, List.of(TimingDetail.values()))
                    .orElse(TimingDetail.STEPS))
            .setIncludeTokenIds(fields.bool("includeTokenIds").orElse(false))
            .setIncludeConfidences(fields.bool("includeConfidences").orElse(false))
            .setLabels(fields.texts("labels"));
    String text = fields.text("text").orElse("");
    LineFields sampling = fields.object("sampling");
    request.setSampling(sampling(sampling));
    sampling.finish();
    List<String> problems = fields.finish();
    if (!problems.isEmpty()) {
      return refused(String.join("; ", problems));
    }
    return BlankMarkup.parse(text).then(document -> finished(request, document));
  }

  private static Checked<GenerationRequest> finished(
      GenerationRequest.Builder request, Document document) {
    return Checked.valid(request.setDocument(WireDocuments.toWire(document)).build());
  }

  private static Sampling sampling(LineFields fields) {
    return Sampling.newBuilder()
        .setSteps(fields.integer("steps").orElse(null))
        .setUnmaskingOrder(fields.text("unmaskingOrder").orElse(null))
        .setTemperature(fields.number("temperature").orElse(null))
        .setTopP(fields.number("topP").orElse(null))
        .setTopK(fields.integer("topK").orElse(null))
        .setGuidanceScale(fields.number("guidanceScale").orElse(null))
        .setThreshold(fields.number("threshold").orElse(null))
        .setBlockLength(fields.integer("blockLength").orElse(null))
        .setStopTokens(fields.integers("stopTokens"))
        .setSeed(fields.integer64("seed").orElse(null))
        .setSchedule(fields.text("schedule").orElse(null))
        .setFactor(fields.number("factor").orElse(null))
        .setEntropyBudget(fields.number("entropyBudget").orElse(null))
        .setUpdateFraction(fields.number("updateFraction").orElse(null))
        .build();
  }

  private static <T> Checked<T> refused(String message) {
    return Checked.refused(INVALID_LINE, "line", message);
  }
}
