package dev.lacuna.cli.client;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.wire.ErrorDetail;
import dev.lacuna.wire.FilledBlank;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.StepTiming;
import dev.lacuna.wire.TimingSummary;

/** Records as JSON objects of one line each, told apart by {@code type}. */
public final class RecordJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private RecordJson() {}

  /** {@code "type":"completion"}; {@code text} is the first sample's, null without samples. */
  public static String completion(GenerationCompletion completion) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("type", "completion");
    node.put("id", completion.getId());
    node.put("status", completion.getStatus().name());
    node.put(
        "text",
        completion.getSamples().isEmpty() ? null : completion.getSamples().get(0).getText());
    node.put("stepsRun", completion.getStepsRun());
    node.put("timingsTotal", completion.getTimingsTotal());
    error(node, completion.getError());
    ArrayNode samples = node.putArray("samples");
    completion.getSamples().forEach(sample -> sample(samples.addObject(), sample));
    node.put("model", completion.getModel());
    node.put("revision", completion.getRevision());
    node.put("fingerprint", completion.getFingerprint());
    node.put("seed", completion.getSeed());
    node.put("promptTokens", completion.getPromptTokens());
    node.put("generatedTokens", completion.getGeneratedTokens());
    summary(node, completion.getSummary());
    ObjectNode labels = node.putObject("labels");
    completion.getLabels().forEach(labels::put);
    return node.toString();
  }

  /** {@code "type":"stepTiming"}; steps count from 1. */
  public static String stepTiming(StepTiming timing) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("type", "stepTiming");
    node.put("id", timing.getId());
    node.put("pass", timing.getPass());
    node.put("sample", timing.getSample());
    node.put("step", timing.getStep());
    node.put("steps", timing.getSteps());
    node.put("maskedBefore", timing.getMaskedBefore());
    node.put("maskedAfter", timing.getMaskedAfter());
    node.put("deviceMicros", timing.getDeviceMicros());
    node.put("hostMicros", timing.getHostMicros());
    node.put("shareMicros", timing.getShareMicros());
    node.put("canvasLength", timing.getCanvasLength());
    node.put("batchRows", timing.getBatchRows());
    node.put("batchSlots", timing.getBatchSlots());
    node.put("batchSequence", timing.getBatchSequence());
    node.put("workerId", timing.getWorkerId());
    node.put("device", timing.getDevice());
    node.put("meanConfidence", timing.getMeanConfidence());
    node.put("startedAt", timing.getStartedAt().toString());
    return node.toString();
  }

  private static void sample(ObjectNode node, Sample sample) {
    node.put("sample", sample.getSample());
    node.put("text", sample.getText());
    node.put("meanLogProbability", sample.getMeanLogProbability());
    node.put("stepsRun", sample.getStepsRun());
    ArrayNode blanks = node.putArray("blanks");
    for (FilledBlank blank : sample.getBlanks()) {
      ObjectNode entry = blanks.addObject();
      entry.put("name", blank.getName());
      entry.put("text", blank.getText());
      entry.put("tokens", blank.getTokens());
      if (blank.getTokenIds() != null) {
        entry.set("tokenIds", MAPPER.valueToTree(blank.getTokenIds()));
      }
      if (blank.getConfidences() != null) {
        entry.set("confidences", MAPPER.valueToTree(blank.getConfidences()));
      }
    }
  }

  private static void error(ObjectNode node, ErrorDetail error) {
    if (error != null) {
      ObjectNode entry = node.putObject("error");
      entry.put("code", error.getCode());
      entry.put("field", error.getField());
      entry.put("message", error.getMessage());
    }
  }

  private static void summary(ObjectNode node, TimingSummary summary) {
    if (summary != null) {
      ObjectNode entry = node.putObject("summary");
      entry.put("queuedMicros", summary.getQueuedMicros());
      entry.put("waitingMicros", summary.getWaitingMicros());
      entry.put("runningMicros", summary.getRunningMicros());
      entry.put("meanBatchRows", summary.getMeanBatchRows());
      entry.put("tokensPerSecond", summary.getTokensPerSecond());
    }
  }
}
