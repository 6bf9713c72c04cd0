package dev.lacuna.topology.intake;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.topology.outbox.Hop;
import dev.lacuna.topology.pending.Admission;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TopologySettings.Limits;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.topology.store.EntryCodec;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.TimingDetail;
import java.util.concurrent.TimeUnit;

/**
 * From a decoded request to one that is known to work, or the reason why it can't. Writes nothing.
 */
final class RequestValidator {
  private static final int PRIORITY_MAX = 100;

  private final TaskParts parts;
  private final Limits limits;

  RequestValidator(TaskParts parts) {
    this.parts = parts;
    this.limits = parts.settings().limits();
  }

  /** Checks everything but id, key and headers, which come before. */
  Checked<Admission> validate(InputRecord record, GenerationRequest request) {
    return model(request)
        .then(
            model ->
                samples(request)
                    .then(
                        samples ->
                            new DocumentBounds(limits.document())
                                .check(request)
                                .then(
                                    document ->
                                        settled(record, request, model, samples, document))));
  }

  private Checked<Admission> settled(
      InputRecord record,
      GenerationRequest request,
      GenerationModel model,
      Samples samples,
      Document document) {
    return model
        .settings(WireRequest.sampling(request), parts.seeds().getAsLong())
        .then(
            settings ->
                model
                    .plan(document)
                    .then(
                        plan ->
                            bounded(
                                entry(record, request, model, samples, settings, document, plan),
                                model,
                                plan)));
  }

  private Checked<GenerationModel> model(GenerationRequest request) {
    String name = request.getModel() == null ? parts.settings().defaultModel() : request.getModel();
    return ModelChoice.of(parts.models(), name);
  }

  /** How many samples to return and to generate. */
  private record Samples(int wanted, int generated, boolean ranked) {}

  private Checked<Samples> samples(GenerationRequest request) {
    int wanted = request.getSamples();
    if (wanted < 1 || wanted > limits.samplesMax()) {
      return Checked.refused(
          ErrorCodes.INVALID_SAMPLES,
          "samples",
          "samples is " + wanted + ": ask for 1 to " + limits.samplesMax() + " (samples.max).");
    }
    Integer bestOf = request.getBestOf();
    if (bestOf != null && (bestOf < wanted || bestOf > limits.samplesMax())) {
      return Checked.refused(
          ErrorCodes.INVALID_BEST_OF,
          "bestOf",
          "bestOf is "
              + bestOf
              + ": it must be "
              + wanted
              + " (samples) to "
              + limits.samplesMax()
              + " (samples.max).");
    }
    int priority = request.getPriority();
    if (priority < -PRIORITY_MAX || priority > PRIORITY_MAX) {
      return Checked.refused(
          ErrorCodes.INVALID_PRIORITY,
          "priority",
          "priority is " + priority + ": it must be -100 to 100.");
    }
    return Checked.valid(new Samples(wanted, bestOf == null ? wanted : bestOf, bestOf != null));
  }

  private Entry entry(
      InputRecord record,
      GenerationRequest request,
      GenerationModel model,
      Samples samples,
      SamplingSettings settings,
      Document document,
      DocumentPlan plan) {
    return new Entry(
        request.getId(),
        model.name(),
        model.revision(),
        model.fingerprint(),
        Entry.checksum(plan),
        document,
        settings,
        samples.wanted(),
        samples.generated(),
        samples.ranked(),
        request.getPriority(),
        request.getDeadline() == null ? Long.MAX_VALUE : WireTime.micros(request.getDeadline()),
        request.getTimings() == TimingDetail.STEPS,
        request.getIncludeTokenIds(),
        request.getIncludeConfidences(),
        TimeUnit.MILLISECONDS.toMicros(record.timestampMillis()), // stops at Long.MAX_VALUE
        parts.clock().epochMicros(),
        request.getLabels(),
        Hop.headersOf(record),
        record.topic());
  }

  private Checked<Admission> bounded(Entry entry, GenerationModel model, DocumentPlan plan) {
    long completionBytes = CompletionBound.of(entry, model);
    if (completionBytes > limits.completionMaxBytes()) {
      return tooLarge(
          "document",
          "Its completion could take " + completionBytes + " bytes",
          limits.completionMaxBytes(),
          "completion.max.bytes): ask for fewer samples or a shorter document.");
    }
    long progressBytes = ProgressCodec.maxBytes(entry.generated(), plan.maskCount());
    if (progressBytes > limits.entryMaxBytes()) {
      return tooLarge(
          entry.ranked() ? "bestOf" : "samples",
          "The progress of its samples would take " + progressBytes + " bytes",
          limits.entryMaxBytes(),
          "entry.max.bytes): ask for fewer samples or shorter blanks.");
    }
    byte[] bytes = EntryCodec.encode(entry);
    if (bytes.length > limits.entryMaxBytes()) {
      return tooLarge(
          "document",
          "The stored request would take " + bytes.length + " bytes",
          limits.entryMaxBytes(),
          "entry.max.bytes): shorten document, labels or headers.");
    }
    return Checked.valid(new Admission(entry, bytes, model, plan));
  }

  private static Checked<Admission> tooLarge(
      String field, String what, int limit, String settingAndCure) {
    return Checked.refused(
        ErrorCodes.TOO_LARGE, field, what + ", the limit is " + limit + " (" + settingAndCure);
  }
}
