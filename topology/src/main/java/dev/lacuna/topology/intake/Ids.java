package dev.lacuna.topology.intake;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.topology.outbox.Clip;
import dev.lacuna.topology.outbox.CompletedIds;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TickSender;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which ids a request may have; bounded, since ids are keys of stores and of every timing. */
public final class Ids {
  private static final int MAX_BYTES = CompletedIds.ID_MAX_BYTES;

  private Ids() {}

  /** Why an id can't be used, if so. */
  public static Optional<Refusal> check(String id) {
    int bytes = id.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_BYTES) {
      String message = "The id takes " + bytes + " bytes: use 1 to " + MAX_BYTES + ".";
      return Optional.of(new Refusal(ErrorCodes.INVALID_ID, "id", message));
    }
    if (id.startsWith(TickSender.RESERVED_PREFIX)) {
      String message =
          "The id "
              + Clip.quote(id)
              + " begins with '"
              + TickSender.RESERVED_PREFIX
              + "', which is reserved for the worker: choose another.";
      return Optional.of(new Refusal(ErrorCodes.RESERVED_ID, "id", message));
    }
    return Optional.empty();
  }
}
