package dev.lacuna.topology.intake;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TopologySettings.DocumentLimits;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sizes of a request that are known without a tokenizer, checked before one sees the text: planning
 * runs on the stream thread, and takes more than a second for half a megabyte of English.
 *
 * @param limits what a request may hold
 */
record DocumentBounds(DocumentLimits limits) {

  /** The document, or why it is too large. */
  Checked<Document> check(GenerationRequest request) {
    Optional<Checked<Document>> labels = labels(request.getLabels());
    if (labels.isPresent()) {
      return labels.get();
    }
    int blanksMax = limits.blanksMax();
    if (request.getDocument().size() > 2L * blanksMax + 1) {
      return tooLarge(
          "document",
          "document has " + request.getDocument().size() + " texts and blanks",
          2L * blanksMax + 1,
          "blanks.max, twice and one): join texts that stand side by side, or send several"
              + " requests.");
    }
    Document document = WireRequest.document(request);
    return blanks(document.segments()).or(() -> texts(document)).orElse(Checked.valid(document));
  }

  private Optional<Checked<Document>> blanks(List<Document.Segment> segments) {
    int blanks = 0;
    for (int i = 0; i < segments.size(); i++) {
      if (segments.get(i) instanceof Document.Blank blank) {
        blanks++;
        long nameBytes = blank.name().map(DocumentBounds::utf8).orElse(0L);
        if (nameBytes > limits.blankNameMaxBytes()) {
          return Optional.of(
              tooLarge(
                  "document[" + i + "].name",
                  "The name of this blank takes " + nameBytes + " bytes",
                  limits.blankNameMaxBytes(),
                  "blank.name.max.bytes): shorten it."));
        }
      }
    }
    return blanks <= limits.blanksMax()
        ? Optional.empty()
        : Optional.of(
            tooLarge(
                "document",
                "document has " + blanks + " blanks",
                limits.blanksMax(),
                "blanks.max): send several requests."));
  }

  private Optional<Checked<Document>> texts(Document document) {
    long bytes = 0;
    for (Document.Segment segment : document.segments()) {
      bytes += segment instanceof Document.Text text ? utf8(text.content()) : 0;
    }
    return bytes <= limits.documentMaxBytes()
        ? Optional.empty()
        : Optional.of(
            tooLarge(
                "document",
                "The texts of document take " + bytes + " bytes",
                limits.documentMaxBytes(),
                "document.max.bytes): shorten them, or send several requests."));
  }

  private Optional<Checked<Document>> labels(Map<String, String> labels) {
    long bytes = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      bytes += utf8(label.getKey()) + utf8(label.getValue());
    }
    return bytes <= limits.labelsMaxBytes()
        ? Optional.empty()
        : Optional.of(
            tooLarge(
                "labels",
                "labels take " + bytes + " bytes",
                limits.labelsMaxBytes(),
                "labels.max.bytes): send fewer or shorter ones."));
  }

  private static long utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static Checked<Document> tooLarge(
      String field, String what, long limit, String keyAndCure) {
    return Checked.refused(
        ErrorCodes.TOO_LARGE, field, what + ", the limit is " + limit + " (" + keyAndCure);
  }
}
