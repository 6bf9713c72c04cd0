package dev.lacuna.topology.outbox;

import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.ErrorDetail;
import dev.lacuna.wire.GenerationCompletion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A completion made to fit its topic. A record that is too large would be refused by the producer
 * and replayed for ever, so every answer is measured before it is forwarded, and what is left out
 * is said in the answer.
 *
 * @param key the record's key
 * @param value the encoded completion
 * @param headers the record's headers
 * @param completion what the value says
 */
public record FittedAnswer(
    byte[] key, byte[] value, List<HeaderEntry> headers, GenerationCompletion completion) {

  /** Of an answer's limit, what a cut id and a cut message may each take. */
  private static final int CUT_SHARE = 8;

  /**
   * Fits an answer: whole; or as FAILED TOO_LARGE without its samples; or without headers and
   * labels; or with id and message cut as well.
   *
   * @param maxBytes the largest completion record
   */
  public static FittedAnswer of(
      byte[] key,
      GenerationCompletion completion,
      List<HeaderEntry> headers,
      int maxBytes,
      Function<GenerationCompletion, byte[]> encode) {
    byte[] value = encode.apply(completion);
    long size = RecordSize.of(key, value.length, headers);
    if (size <= maxBytes) {
      return new FittedAnswer(key, value, headers, completion);
    }
    GenerationCompletion answer = withoutSamples(completion, size, maxBytes);
    value = encode.apply(answer);
    if (RecordSize.of(key, value.length, headers) <= maxBytes) {
      return new FittedAnswer(key, value, headers, answer);
    }
    answer.setLabels(Map.of());
    say(answer, "Labels and headers are left out to fit the limit.");
    value = encode.apply(answer);
    if (RecordSize.of(key, value.length, List.of()) <= maxBytes) {
      return new FittedAnswer(key, value, List.of(), answer);
    }
    byte[] cutKey = cut(answer, key, maxBytes);
    return new FittedAnswer(cutKey, encode.apply(answer), List.of(), answer);
  }

  private static GenerationCompletion withoutSamples(
      GenerationCompletion completion, long size, int maxBytes) {
    GenerationCompletion answer = GenerationCompletion.newBuilder(completion).build();
    if (completion.getStatus() == CompletionStatus.COMPLETED) {
      answer.setStatus(CompletionStatus.FAILED);
      answer.setSamples(List.of());
      answer.setError(
          new ErrorDetail(
              ErrorCodes.TOO_LARGE,
              "document",
              "The completion takes "
                  + size
                  + " bytes, the limit is "
                  + maxBytes
                  + " (completion.max.bytes): ask for fewer samples or a shorter document."));
    }
    return answer;
  }

  private static void say(GenerationCompletion answer, String sentence) {
    ErrorDetail error = answer.getError();
    if (error != null) {
      answer.setError(
          new ErrorDetail(error.getCode(), error.getField(), error.getMessage() + " " + sentence));
    }
  }

  private static byte[] cut(GenerationCompletion answer, byte[] key, int maxBytes) {
    int share = maxBytes / CUT_SHARE;
    answer.setId(Clip.toBytes(answer.getId(), share));
    answer.setModel(null);
    ErrorDetail error = answer.getError();
    if (error != null) {
      String field = error.getField() == null ? null : Clip.toBytes(error.getField(), share);
      String message =
          Clip.toBytes(error.getMessage(), share) + " The id and this message may be cut to fit.";
      answer.setError(new ErrorDetail(error.getCode(), field, message));
    }
    return key.length <= share ? key : answer.getId().getBytes(StandardCharsets.UTF_8);
  }
}
