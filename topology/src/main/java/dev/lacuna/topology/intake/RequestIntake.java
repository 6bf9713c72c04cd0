package dev.lacuna.topology.intake;

import dev.lacuna.runtime.Checked;
import dev.lacuna.runtime.Refusal;
import dev.lacuna.schemas.Decoding;
import dev.lacuna.topology.ErrorCodes;
import dev.lacuna.topology.TaskParts;
import dev.lacuna.topology.WireTime;
import dev.lacuna.topology.outbox.Clip;
import dev.lacuna.topology.outbox.CompletedIds;
import dev.lacuna.topology.outbox.Completions;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.pending.Admission;
import dev.lacuna.topology.pending.PendingWork;
import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the records of the request topics: each ends as accepted work, an answer, a dead letter, or
 * a counter. Everything is validated first; the store is written last.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class RequestIntake {
  private static final Logger log = LoggerFactory.getLogger(RequestIntake.class);

  private final TaskParts parts;
  private final Outbox outbox;
  private final PendingWork work;
  private final Undecoded undecoded;
  private final Cancellations cancellations;
  private final CompletedIds completed;
  private final RequestValidator validator;
  private final DeadlineReach deadlines;
  private final Duplicates duplicates;
  private final MismatchedKeys mismatched;

  /** Takes requests for one task. */
  public RequestIntake(
      TaskParts parts,
      Outbox outbox,
      PendingWork work,
      Undecoded undecoded,
      Cancellations cancellations,
      CompletedIds completed) {
    this.parts = parts;
    this.outbox = outbox;
    this.work = work;
    this.undecoded = undecoded;
    this.cancellations = cancellations;
    this.completed = completed;
    this.validator = new RequestValidator(parts);
    this.deadlines = new DeadlineReach(parts);
    this.duplicates = new Duplicates(parts, outbox);
    this.mismatched = new MismatchedKeys(parts, outbox, work, undecoded, completed);
  }

  /** Takes one record. */
  public void take(InputRecord record) {
    if (record.value() == null) {
      cancel(record);
      return;
    }
    Decoding<GenerationRequest> decoding =
        parts.wire().decodeRequest(record.topic(), record.value());
    if (decoding instanceof Decoding.Decoded<GenerationRequest> decoded) {
      admit(record, decoded.value());
    } else if (decoding instanceof Decoding.SchemaNeeded<GenerationRequest> needed) {
      undecoded.keep(record, needed.schemaId());
    } else if (decoding instanceof Decoding.Undecodable<GenerationRequest> poison) {
      outbox.deadLetter(record, poison.code(), poison.message());
    }
  }

  /**
   * A null value cancels what came before it under its key. The two are in order, so it is not
   * remembered for later, unless the request still waits for its schema.
   */
  private void cancel(InputRecord record) {
    if (record.key() == null) {
      outbox.deadLetter(
          record,
          ErrorCodes.NULL_VALUE,
          "Neither key nor value: a null value cancels the request whose id is the key.");
      return;
    }
    String id = new String(record.key(), StandardCharsets.UTF_8);
    if (work.cancel(id)) {
      log.debug("a null value cancelled a request id={}", Clip.quote(id));
    } else if (undecoded.holdsRequest(record.key()) && Ids.check(id).isEmpty()) {
      cancellations.remember(id);
    } else {
      parts.metrics().idleCancel();
    }
  }

  private void admit(InputRecord record, GenerationRequest request) {
    String id = request.getId();
    if (!Arrays.equals(record.key(), id.getBytes(StandardCharsets.UTF_8))) {
      mismatched.answer(record, request);
      return;
    }
    if (work.contains(id)) {
      duplicates.pending(record, id);
      return;
    }
    OptionalLong answered = completed.answeredMicros(id);
    if (answered.isPresent()) {
      duplicates.answered(record, id, answered.getAsLong());
      return;
    }
    // Of several with one id, some of them not decoded yet, the first that can be read gets the
    // answer; others might turn out to be no requests at all.
    undecoded.takeRequests(record.key()).forEach(duplicate -> duplicates.pending(duplicate, id));
    decide(record, request);
  }

  private void decide(InputRecord record, GenerationRequest request) {
    String id = request.getId();
    Optional<Refusal> badId = Ids.check(id);
    long headerBytes = HeaderEntry.sizeBytes(record.headers());
    if (badId.isPresent()) {
      refuse(record, request, badId.get());
    } else if (headerBytes > parts.settings().limits().headersMaxBytes()) {
      refuseHeaders(request, headerBytes);
    } else if (cancellations.take(id)) {
      answer(record, request, CompletionStatus.CANCELLED);
    } else if (expired(request)) {
      answer(record, request, CompletionStatus.EXPIRED);
    } else {
      validated(record, request);
    }
  }

  private void validated(InputRecord record, GenerationRequest request) {
    Checked<Admission> checked = validator.validate(record, request);
    if (checked instanceof Checked.Valid<Admission> valid) {
      acceptInTime(record, request, valid.value());
    } else if (checked instanceof Checked.Refused<Admission> refused) {
      refuse(record, request, refused.refusal());
    }
  }

  private void acceptInTime(InputRecord record, GenerationRequest request, Admission admission) {
    Optional<Refusal> unreachable = deadlines.unreachable(admission);
    if (unreachable.isEmpty()) {
      work.accept(admission);
      return;
    }
    outbox.completion(
        Completions.unaccepted(
            request.getId(),
            request,
            CompletionStatus.EXPIRED,
            unreachable.get(),
            parts.clock().epochMicros()),
        record.headers());
  }

  private boolean expired(GenerationRequest request) {
    return request.getDeadline() != null
        && WireTime.micros(request.getDeadline()) <= parts.clock().epochMicros();
  }

  private void answer(InputRecord record, GenerationRequest request, CompletionStatus status) {
    outbox.completion(
        Completions.unaccepted(request.getId(), request, status, parts.clock().epochMicros()),
        record.headers());
  }

  private void refuse(InputRecord record, GenerationRequest request, Refusal refusal) {
    outbox.completion(
        Completions.refused(request.getId(), request, refusal, parts.clock().epochMicros()),
        record.headers());
  }

  private void refuseHeaders(GenerationRequest request, long headerBytes) {
    Refusal refusal =
        new Refusal(
            ErrorCodes.HEADERS_TOO_LARGE,
            "headers",
            "The record headers take "
                + headerBytes
                + " bytes, the limit is "
                + parts.settings().limits().headersMaxBytes()
                + " (headers.max.bytes): send fewer. This answer carries none.");
    outbox.completion(
        Completions.refused(request.getId(), request, refusal, parts.clock().epochMicros()),
        List.of());
  }
}
