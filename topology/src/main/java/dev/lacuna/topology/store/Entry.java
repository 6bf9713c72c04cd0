package dev.lacuna.topology.store;

import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An accepted request, as stored once and never changed until it is answered: with it and its
 * {@link Progress} any later owner goes on with the same tokens.
 *
 * @param id the request's id and the record's key
 * @param model name of the model
 * @param revision the model's revision at acceptance
 * @param fingerprint the model's fingerprint at acceptance; another one makes other tokens
 * @param planChecksum {@link #checksum} of the plan
 * @param document texts and blanks
 * @param settings decided and checked, the effective seed included
 * @param wanted samples to return
 * @param generated samples to generate, at least wanted
 * @param ranked whether samples are ordered by mean log-probability (bestOf was given)
 * @param priority higher goes first
 * @param deadlineMicros microseconds since the epoch, {@link Long#MAX_VALUE} for none
 * @param timings whether every step is published
 * @param tokenIds whether the completion carries token ids
 * @param confidences whether the completion carries confidences
 * @param requestMicros the request record's timestamp in microseconds since the epoch
 * @param acceptedMicros microseconds since the epoch
 * @param labels passed through
 * @param headers the request record's headers
 * @param topic the request topic that it came from; empty where an older worker did not tell
 */
public record Entry(
    String id,
    String model,
    String revision,
    String fingerprint,
    int planChecksum,
    Document document,
    SamplingSettings settings,
    int wanted,
    int generated,
    boolean ranked,
    int priority,
    long deadlineMicros,
    boolean timings,
    boolean tokenIds,
    boolean confidences,
    long requestMicros,
    long acceptedMicros,
    Map<String, String> labels,
    List<HeaderEntry> headers,
    String topic) {

  public Entry {
    labels = Map.copyOf(labels);
    headers = List.copyOf(headers);
  }

  /**
   * Whose share of the device the request takes: the value of a label of it, "" without.
   *
   * @param label name of the label; empty where none decides
   */
  public String flow(Optional<String> label) {
    return label.map(name -> labels.getOrDefault(name, "")).orElse("");
  }

  /**
   * Checksum of a plan, to notice a planner that lays the same document out differently. Of a
   * document on one canvas it is that of its tokens, as it was before there were passes.
   */
  public static int checksum(DocumentPlan plan) {
    int sum = Arrays.hashCode(plan.tokens());
    if (plan.passes().size() > 1) {
      for (DocumentPlan.Pass pass : plan.passes()) {
        int[] window = {pass.start(), pass.end(), pass.firstMask(), pass.masks()};
        sum = 31 * sum + Arrays.hashCode(window);
      }
    }
    return sum;
  }
}
