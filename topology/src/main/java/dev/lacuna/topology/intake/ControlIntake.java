package dev.lacuna.topology.intake;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.schemas.Decoding;
import dev.lacuna.topology.deaths.Deaths;
import dev.lacuna.topology.outbox.Clip;
import dev.lacuna.topology.outbox.CompletedIds;
import dev.lacuna.topology.outbox.Hop;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.pending.PendingWork;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TickSender;
import dev.lacuna.topology.process.TopologySettings.Misplaced;
import dev.lacuna.topology.store.DeathNote;
import dev.lacuna.topology.store.DeathNoteCodec;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.StoreFormatException;
import dev.lacuna.topology.store.Suspect;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the records of the control topic. Nothing depends on their order to requests: what is not
 * pending is remembered.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class ControlIntake {
  private static final byte[] DEATH_KEY = TickSender.DEATH_KEY.getBytes(StandardCharsets.UTF_8);

  /** Longest name of a topic in Kafka. */
  private static final int TOPIC_MAX = 249;

  /**
   * Header of a cancellation that is sent to every partition but that of its id: the request may
   * stand where its producer's partitioner has put it. Its task acts on what is there, and
   * remembers it for nothing that is sent later.
   */
  public static final String COPY_HEADER = "lacuna.copy";

  private static final Logger log = LoggerFactory.getLogger(ControlIntake.class);

  private final TaskParts parts;
  private final Outbox outbox;
  private final PendingWork work;
  private final Undecoded undecoded;
  private final Cancellations cancellations;
  private final CompletedIds completed;
  private final Deaths deaths;
  private final MismatchedKeys mismatched;

  /** Takes control records for one task. */
  public ControlIntake(
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
    this.mismatched = new MismatchedKeys(parts, outbox, work, undecoded, completed);
  }

  /** Takes one record; a tick of somebody else has done its work by being read. */
  public void take(InputRecord record) {
    if (record.value() == null) {
      if (!record.isTick()) {
        outbox.deadLetter(
            record,
            ErrorCodes.NULL_VALUE,
            "A control record needs a value: send Control with action CANCEL.");
      }
      return;
    }
    if (Arrays.equals(record.key(), DEATH_KEY)) {
      count(record);
      return;
    }
    if (Hop.hasAnotherKey(record)) {
      arrived(record);
      return;
    }
    Decoding<Control> decoding = parts.wire().decodeControl(record.topic(), record.value());
    if (decoding instanceof Decoding.Decoded<Control> decoded) {
      act(record, decoded.value());
    } else if (decoding instanceof Decoding.SchemaNeeded<Control> needed) {
      undecoded.keep(record, false, needed.schemaId());
    } else if (decoding instanceof Decoding.Undecodable<Control> poison) {
      outbox.deadLetter(record, poison.code(), poison.message());
    }
  }

  /**
   * Misplaced requests are taken where they stand, or go to the task of the id, which remembers.
   */
  private void copy(String id, long sentMillis) {
    if (parts.settings().intake().misplaced() == Misplaced.ACCEPT) {
      cancellations.rememberCopy(id, sentMillis);
    } else {
      parts.metrics().idleCancel();
    }
  }

  /** Whether a record is a copy of a cancellation, see {@link #COPY_HEADER}. */
  static boolean isCopy(InputRecord record) {
    return record.headers().stream().anyMatch(header -> header.key().equals(COPY_HEADER));
  }

  /** A request that another task has sent here, since its key is not its id. */
  private void arrived(InputRecord record) {
    String topic = Hop.of(record).orElseThrow().topic();
    Decoding<GenerationRequest> decoding = parts.wire().decodeRequest(topic, record.value());
    if (decoding instanceof Decoding.Decoded<GenerationRequest> decoded) {
      String id = decoded.value().getId();
      if (Arrays.equals(record.key(), id.getBytes(StandardCharsets.UTF_8))
          && Ids.check(id).isEmpty()) {
        mismatched.answerArrived(record, decoded.value());
      } else { // no worker has sent it
        outbox.deadLetter(record, ErrorCodes.KEY_MISMATCH, ForeignKey.message(record.key(), id));
      }
    } else if (decoding instanceof Decoding.SchemaNeeded<GenerationRequest> needed) {
      undecoded.keep(record, false, needed.schemaId());
    } else if (decoding instanceof Decoding.Undecodable<GenerationRequest> poison) {
      outbox.deadLetter(record, poison.code(), poison.message());
    }
  }

  private void count(InputRecord record) {
    try {
      count(record, DeathNoteCodec.decode(record.value()));
    } catch (StoreFormatException damaged) {
      noNote(record, damaged.getMessage());
    }
  }

  private void count(InputRecord record, DeathNote note) {
    if (note.suspect() instanceof Suspect.Request request) {
      Optional<Refusal> badId = Ids.check(request.id());
      if (badId.isPresent()) {
        noNote(record, badId.get().message());
      } else if (completed.answeredMicros(request.id()).isEmpty()) {
        deaths.count(note);
      }
    } else if (note.suspect() instanceof Suspect.Reading reading) {
      if (reading.topic().length() <= TOPIC_MAX) {
        deaths.count(note);
      } else {
        noNote(record, "the name of its topic is longer than a topic's can be.");
      }
    }
  }

  private void noNote(InputRecord record, String why) {
    outbox.deadLetter(
        record,
        ErrorCodes.INVALID_DEATH_NOTE,
        "Its key is reserved for notes that workers write, and its value is none: " + why);
  }

  private void act(InputRecord record, Control control) {
    String id = control.getId();
    Optional<Refusal> badId = Ids.check(id);
    if (!Arrays.equals(record.key(), id.getBytes(StandardCharsets.UTF_8))) {
      outbox.deadLetter(
          record,
          ErrorCodes.KEY_MISMATCH,
          "The record key is not the id "
              + Clip.quote(id)
              + ": set it to the id's UTF-8 bytes, or the request's task never sees this.");
    } else if (badId.isPresent()) {
      outbox.deadLetter(record, badId.get().code(), badId.get().message());
    } else if (control.getAction() != ControlAction.CANCEL) {
      outbox.deadLetter(
          record,
          ErrorCodes.UNKNOWN_ACTION,
          "Action " + control.getAction() + " is unknown to this worker: it knows CANCEL.");
    } else if (work.cancel(id)) {
      log.debug("a control record cancelled a request id={}", Clip.quote(id));
    } else if (completed.answeredMicros(id).isPresent()) {
      parts
          .metrics()
          .idleCancel(); // remembered, it would meet a request that is a duplicate anyway
    } else if (isCopy(record) && !undecoded.holdsRequest(record.key())) {
      copy(id, record.timestampMillis());
    } else {
      cancellations.remember(id);
    }
  }
}
