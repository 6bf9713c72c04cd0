package dev.lacuna.topology.intake;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.topology.outbox.CompletedIds;
import dev.lacuna.topology.outbox.Hop;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.pending.Completions;
import dev.lacuna.topology.pending.PendingWork;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/**
 * Requests whose record key is not their id.
 *
 * <p>The FAILED answer is addressed by the id: whoever sent the request waits for that. Only the
 * task of the id's own partition gives it, since only that one knows whether a request of the id is
 * pending or answered: then another answer would be taken for that request's, and the record goes
 * to the dead letters. So the record is sent there, by way of the control topic, to which every
 * worker writes.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class MismatchedKeys {
  private final TaskParts parts;
  private final Outbox outbox;
  private final PendingWork work;
  private final Undecoded undecoded;
  private final CompletedIds completed;

  MismatchedKeys(
      TaskParts parts,
      Outbox outbox,
      PendingWork work,
      Undecoded undecoded,
      CompletedIds completed) {
    this.parts = parts;
    this.outbox = outbox;
    this.work = work;
    this.undecoded = undecoded;
    this.completed = completed;
  }

  /** Answers a request that was read from its topic, or sends it to the task that can. */
  void answer(InputRecord record, GenerationRequest request) {
    String id = request.getId();
    if (Ids.check(id).isPresent()) { // nobody's: the key is all that can be an address
      answerUnder(ForeignKey.text(record.key()).orElse(id), record, request);
      return;
    }
    OptionalInt owner = parts.partitions().of(parts.settings().topics().control(), utf8(id));
    if (owner.isEmpty() || owner.getAsInt() == record.partition()) {
      answerUnder(id, record, request);
    } else if (!outbox.sendToOwner(record, id)) {
      outbox.deadLetter(record, ErrorCodes.KEY_MISMATCH, ForeignKey.message(record.key(), id));
    }
  }

  /** Answers a request that another task has sent here because its id belongs here. */
  void answerArrived(InputRecord record, GenerationRequest request) {
    answerUnder(request.getId(), record, request);
  }

  private void answerUnder(String address, InputRecord record, GenerationRequest request) {
    String message = ForeignKey.message(Hop.keyOf(record), request.getId());
    if (taken(address)) {
      outbox.deadLetter(
          record,
          ErrorCodes.KEY_MISMATCH,
          message + " A request of that id is pending or was answered, so this one has no answer.");
      return;
    }
    Refusal refusal = new Refusal(ErrorCodes.KEY_MISMATCH, "id", message);
    List<HeaderEntry> headers = Hop.headersOf(record);
    boolean headersFit =
        HeaderEntry.sizeBytes(headers) <= parts.settings().limits().headersMaxBytes();
    outbox.completion(
        Completions.refused(address, request, refusal, parts.clock().epochMicros()),
        headersFit ? headers : List.of());
  }

  private boolean taken(String address) {
    return work.contains(address)
        || undecoded.holdsRequest(utf8(address))
        || completed.answeredMicros(address).isPresent();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
