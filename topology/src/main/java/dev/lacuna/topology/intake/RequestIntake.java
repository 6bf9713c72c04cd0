package dev.lacuna.topology.intake;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.flight.FlightLog;
import dev.lacuna.schemas.Decoding;
import dev.lacuna.schemas.fields.FieldFault;
import dev.lacuna.topology.deaths.Deaths;
import dev.lacuna.topology.deaths.StandingDeaths;
import dev.lacuna.topology.outbox.Clip;
import dev.lacuna.topology.outbox.CompletedIds;
import dev.lacuna.topology.outbox.Hop;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.pending.Admission;
import dev.lacuna.topology.pending.Completions;
import dev.lacuna.topology.pending.PendingWork;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.topology.store.DeathNoteCodec;
import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.Suspect;
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
  private final Deaths deaths;
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
      CompletedIds completed,
      Deaths deaths) {
    this.parts = parts;
    this.outbox = outbox;
    this.work = work;
    this.undecoded = undecoded;
    this.cancellations = cancellations;
    this.completed = completed;
    this.deaths = deaths;
    this.validator = new RequestValidator(parts);
    this.deadlines = new DeadlineReach(parts);
    this.duplicates = new Duplicates(parts, outbox);
    this.mismatched = new MismatchedKeys(parts, outbox, work, undecoded, completed);
  }

  /** Takes a record that was just read. */
  public void take(InputRecord record) {
    if (record.value() == null) {
      cancel(record);
    } else {
      take(record, pending(record.key()));
    }
  }

  /**
   * Takes a request's record that has waited.
   *
   * @param pendingBefore whether a request was pending when it came whose id is its key
   */
  public void takeAgain(InputRecord record, boolean pendingBefore) {
    take(record, pendingBefore || pending(record.key()));
  }

  private void take(InputRecord record, boolean pending) {
    boolean now = mayRead() && !undecoded.waitsBehind(record);
    if (now || !undecoded.keepUnread(record, pending)) {
      take(record, pending, deaths.ofReading(record.topic(), record.partition(), record.offset()));
    }
  }

  private boolean pending(byte[] key) {
    return key != null
        && key.length <= CompletedIds.ID_MAX_BYTES
        && work.contains(new String(key, StandardCharsets.UTF_8));
  }

  /**
   * Whether a request may be decoded, laid out and run now: the task knows of which records workers
   * died, and no run is alone, so that nothing but it is to blame if the process dies.
   */
  private boolean mayRead() {
    return work.hasBegun() && !parts.soloRuns().any();
  }

  /** What a record holds is a stranger's: one of which workers died too often is read no more. */
  private void take(InputRecord record, boolean pending, StandingDeaths died) {
    int max = parts.settings().durability().crashAttemptsMax();
    // With no death alone the others may be to blame for all of them.
    if (died.count() >= max && died.solo() > 0) {
      giveUp(record, died.count(), max);
      return;
    }
    // One death beside others may be theirs. Waiting for them costs a forward pass, and rarely.
    boolean alone = died.count() > 0;
    try (FlightLog.Reading reading = parts.flightLog().reading(suspect(record), alone)) {
      read(record, pending, reading);
      reading.done(); // not after an exception: it may be about to end the process
    }
  }

  private void giveUp(InputRecord record, int died, int max) {
    outbox.deadLetter(
        record,
        ErrorCodes.CRASHED,
        "Workers died "
            + died
            + " times while they read this record (crash.attempts.max is "
            + max
            + "): look for what ended them in their logs, and change the document before you send it"
            + " again.");
    deaths.forgetReading(record.topic(), record.partition(), record.offset());
  }

  private static byte[] suspect(InputRecord record) {
    return DeathNoteCodec.encode(
        new Suspect.Reading(record.partition(), record.topic(), record.offset()));
  }

  private void read(InputRecord record, boolean pending, FlightLog.Reading reading) {
    Decoding<GenerationRequest> decoding =
        parts.wire().decodeRequest(record.topic(), record.value());
    if (decoding instanceof Decoding.Decoded<GenerationRequest> decoded) {
      admit(record, decoded, pending, reading);
    } else if (decoding instanceof Decoding.SchemaNeeded<GenerationRequest> needed) {
      undecoded.keep(record, pending, needed.schemaId());
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

  private void admit(
      InputRecord record,
      Decoding.Decoded<GenerationRequest> decoded,
      boolean pending,
      FlightLog.Reading reading) {
    GenerationRequest request = decoded.value();
    String id = request.getId();
    if (!Arrays.equals(record.key(), id.getBytes(StandardCharsets.UTF_8))) {
      mismatched.answer(record, request);
    } else if (!duplicate(record, id, pending)) {
      Optional<Refusal> badId = Ids.check(id);
      long headerBytes = HeaderEntry.sizeBytes(Hop.headersOf(record));
      if (badId.isPresent()) {
        answer(record, request, CompletionStatus.FAILED, badId);
      } else if (headerBytes > parts.settings().limits().headersMaxBytes()) {
        refuseHeaders(request, headerBytes);
      } else if (cancellations.take(id, record.timestampMillis())) {
        answer(record, request, CompletionStatus.CANCELLED, Optional.empty());
      } else if (decoded.fault().isPresent()) {
        answer(
            record, request, CompletionStatus.FAILED, decoded.fault().map(RequestIntake::refusal));
      } else if (expired(request)) {
        answer(record, request, CompletionStatus.EXPIRED, Optional.empty());
      } else {
        accept(record, request, reading);
      }
    }
  }

  /** Whether another request of this id has its one answer already, or will have it. */
  private boolean duplicate(InputRecord record, String id, boolean pending) {
    if (pending) {
      duplicates.pending(record, id);
      return true;
    }
    OptionalLong answered = completed.answeredMicros(id);
    if (answered.isPresent()) {
      duplicates.answered(record, id, answered.getAsLong());
      return true;
    }
    // Of several with one id, some of them not decoded yet, the first that can be read gets the
    // answer; others might turn out to be no requests at all.
    undecoded.takeRequests(record.key()).forEach(one -> duplicates.pending(one, id));
    return false;
  }

  private void accept(InputRecord record, GenerationRequest request, FlightLog.Reading reading) {
    Checked<Admission> checked = validator.validate(record, request);
    if (checked instanceof Checked.Refused<Admission> refused) {
      answer(record, request, CompletionStatus.FAILED, Optional.of(refused.refusal()));
    } else if (checked instanceof Checked.Valid<Admission> valid) {
      Optional<Refusal> unreachable = deadlines.unreachable(valid.value());
      if (unreachable.isPresent()) {
        answer(record, request, CompletionStatus.EXPIRED, unreachable);
      } else {
        // Before the engine has it: a death in its forward pass is not the reading's.
        reading.done();
        work.accept(valid.value());
      }
    }
  }

  private static Refusal refusal(FieldFault fault) {
    return new Refusal(ErrorCodes.INVALID_DEADLINE, fault.field(), fault.message());
  }

  private boolean expired(GenerationRequest request) {
    return request.getDeadline() != null
        && WireTime.micros(request.getDeadline()) <= parts.clock().epochMicros();
  }

  private void answer(
      InputRecord record,
      GenerationRequest request,
      CompletionStatus status,
      Optional<Refusal> why) {
    outbox.completion(
        Completions.unaccepted(request.getId(), request, status, why, parts.clock().epochMicros()),
        Hop.headersOf(record));
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
