package dev.lacuna.topology.outbox;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.topology.WireTime;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.ErrorDetail;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;

/** The beginnings of completions: pure functions from what is known to the wire's record. */
public final class Completions {
  private Completions() {}

  /** The answer to a request that was never accepted: EXPIRED or CANCELLED. */
  public static GenerationCompletion unaccepted(
      String id, GenerationRequest request, CompletionStatus status, long nowMicros) {
    return GenerationCompletion.newBuilder()
        .setId(id)
        .setStatus(status)
        .setModel(request.getModel())
        .setLabels(request.getLabels())
        .setCompletedAt(WireTime.instant(nowMicros))
        .build();
  }

  /** The FAILED answer to a request that can't work. */
  public static GenerationCompletion refused(
      String id, GenerationRequest request, Refusal refusal, long nowMicros) {
    return unaccepted(id, request, CompletionStatus.FAILED, refusal, nowMicros);
  }

  /** The answer to a request that was not accepted, with the reason. */
  public static GenerationCompletion unaccepted(
      String id,
      GenerationRequest request,
      CompletionStatus status,
      Refusal refusal,
      long nowMicros) {
    GenerationCompletion answer = unaccepted(id, request, status, nowMicros);
    answer.setError(error(refusal));
    return answer;
  }

  /** The answer to an accepted request, to be filled with what its runs did. */
  public static GenerationCompletion accepted(
      Entry entry, CompletionStatus status, long nowMicros) {
    return GenerationCompletion.newBuilder()
        .setId(entry.id())
        .setStatus(status)
        .setModel(entry.model())
        .setRevision(entry.revision())
        .setFingerprint(entry.fingerprint())
        .setSeed(entry.settings().seed())
        .setAcceptedAt(WireTime.instant(entry.acceptedMicros()))
        .setCompletedAt(WireTime.instant(nowMicros))
        .setLabels(entry.labels())
        .build();
  }

  /** A refusal on the wire. */
  public static ErrorDetail error(Refusal refusal) {
    return new ErrorDetail(refusal.code(), refusal.field(), refusal.message());
  }
}
