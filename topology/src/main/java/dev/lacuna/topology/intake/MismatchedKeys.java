package dev.lacuna.topology.intake;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.topology.outbox.Clip;
import dev.lacuna.topology.outbox.CompletedIds;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.pending.Completions;
import dev.lacuna.topology.pending.PendingWork;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.wire.GenerationRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Requests whose record key is not their id.
 *
 * <p>The FAILED answer is addressed by the record's key, and its id is that key: whoever waits for
 * an answer watches the key's partition, and an answer under the id could be taken for the one to
 * another, rightly keyed request. Without a key, or with one that is no UTF-8, the id is all there
 * is. Where a request under that address is pending, or is known to be answered, an answer would
 * look like its completion, so the record goes to the dead letters.
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

  void answer(InputRecord record, GenerationRequest request) {
    Optional<String> key = text(record.key());
    String address = key.orElse(request.getId());
    String message =
        "The record key is "
            + key.map(Clip::quote).orElse(record.key() == null ? "null" : "not UTF-8")
            + " and the id is "
            + Clip.quote(request.getId())
            + ": set the key to the UTF-8 bytes of the id.";
    if (taken(address)) {
      outbox.deadLetter(record, ErrorCodes.KEY_MISMATCH, message);
      return;
    }
    Refusal refusal = new Refusal(ErrorCodes.KEY_MISMATCH, "id", message);
    boolean headersFit =
        HeaderEntry.sizeBytes(record.headers()) <= parts.settings().limits().headersMaxBytes();
    outbox.completion(
        Completions.refused(address, request, refusal, parts.clock().epochMicros()),
        headersFit ? record.headers() : List.of());
  }

  private boolean taken(String address) {
    return work.contains(address)
        || undecoded.holdsRequest(address.getBytes(StandardCharsets.UTF_8))
        || completed.answeredMicros(address).isPresent();
  }

  private static Optional<String> text(byte[] key) {
    if (key == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
    } catch (CharacterCodingException notUtf8) {
      return Optional.empty();
    }
  }
}
