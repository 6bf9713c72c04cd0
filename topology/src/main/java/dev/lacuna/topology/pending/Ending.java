package dev.lacuna.topology.pending;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.wire.CompletionStatus;
import java.util.Optional;

/**
 * How a request ends.
 *
 * @param status what its completion says
 * @param refusal why it is FAILED; empty for any other status
 */
record Ending(CompletionStatus status, Optional<Refusal> refusal) {
  static final Ending COMPLETED = new Ending(CompletionStatus.COMPLETED, Optional.empty());
  static final Ending CANCELLED = new Ending(CompletionStatus.CANCELLED, Optional.empty());
  static final Ending EXPIRED = new Ending(CompletionStatus.EXPIRED, Optional.empty());

  static Ending failed(Refusal refusal) {
    return new Ending(CompletionStatus.FAILED, Optional.of(refusal));
  }
}
