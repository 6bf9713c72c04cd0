package dev.lacuna.topology.intake;

import dev.lacuna.topology.outbox.Clip;
import dev.lacuna.topology.outbox.LogPace;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.topology.store.InputRecord;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What becomes of a request whose id has its one answer already, or will have it: ignored and
 * counted, and a dead letter if so configured.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class Duplicates {
  private static final Logger log = LoggerFactory.getLogger(Duplicates.class);

  private final TaskParts parts;
  private final Outbox outbox;
  private final LogPace pace;

  Duplicates(TaskParts parts, Outbox outbox) {
    this.parts = parts;
    this.outbox = outbox;
    this.pace = new LogPace(parts.clock());
  }

  /** Another request of this id is pending. */
  void pending(InputRecord record, String id) {
    ignore(record, "A request with the id " + Clip.quote(id) + " is pending: it gets the answer.");
  }

  /** A request of this id was answered, not too long ago. */
  void answered(InputRecord record, String id, long answeredMicros) {
    ignore(
        record,
        "A request with the id "
            + Clip.quote(id)
            + " was answered at "
            + WireTime.instant(answeredMicros)
            + ", which is remembered for "
            + parts.settings().intake().completedRetention().toMillis()
            + " ms (completed.retention.ms): give a new request an id of its own.");
  }

  private void ignore(InputRecord record, String why) {
    parts.metrics().duplicateIgnored();
    if (parts.settings().intake().deadLetterDuplicates()) {
      outbox.deadLetter(record, ErrorCodes.DUPLICATE_ID, why);
    } else {
      OptionalLong untold = pace.tell(ErrorCodes.DUPLICATE_ID);
      log.atLevel(untold.isPresent() ? Level.INFO : Level.DEBUG)
          .log(
              "a duplicate was ignored topic={} partition={} offset={} message={}"
                  + " othersNotLogged={}",
              record.topic(),
              record.partition(),
              record.offset(),
              why,
              untold.orElse(0));
    }
  }
}
