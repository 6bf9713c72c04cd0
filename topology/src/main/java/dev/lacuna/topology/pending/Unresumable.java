package dev.lacuna.topology.pending;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.wire.CompletionStatus;

/**
 * A restored request that can't go on here.
 *
 * @param progress how far it is; the timings so far are published
 * @param ending how it ends if it is answered
 * @param refusal why it can't go on
 */
record Unresumable(Entry entry, Progress progress, CompletionStatus ending, Refusal refusal) {
  Unresumable endingAs(CompletionStatus status) {
    return new Unresumable(entry, progress, status, refusal);
  }

  String id() {
    return entry.id();
  }

  boolean hasDeadline() {
    return entry.deadlineMicros() != Long.MAX_VALUE;
  }
}
