package dev.lacuna.runtime.flight;

import static dev.lacuna.runtime.flight.FlightLayout.CLOSED;
import static dev.lacuna.runtime.flight.FlightLayout.LIFE;
import static dev.lacuna.runtime.flight.FlightLayout.NOTED;
import static dev.lacuna.runtime.flight.FlightLayout.OPEN;
import static dev.lacuna.runtime.flight.FlightLayout.OPEN_ALONE;
import static dev.lacuna.runtime.flight.FlightLayout.PASS;
import static dev.lacuna.runtime.flight.FlightLayout.PASSENGER_MAX;
import static dev.lacuna.runtime.flight.FlightLayout.RECORD_MAX;
import static dev.lacuna.runtime.flight.FlightLayout.ROSTER;
import static dev.lacuna.runtime.flight.FlightLayout.ROSTER_BYTES;
import static dev.lacuna.runtime.flight.FlightLayout.ROSTER_CHECK;
import static dev.lacuna.runtime.flight.FlightLayout.ROSTER_END;
import static dev.lacuna.runtime.flight.FlightLayout.RUNS;
import static dev.lacuna.runtime.flight.FlightLayout.RUNS_MAX;
import static dev.lacuna.runtime.flight.FlightLayout.RUN_HEADER;
import static dev.lacuna.runtime.flight.FlightLayout.SEATS_MAX;
import static dev.lacuna.runtime.flight.FlightLayout.SEAT_CHECK;
import static dev.lacuna.runtime.flight.FlightLayout.SEAT_LENGTH;
import static dev.lacuna.runtime.flight.FlightLayout.SEAT_RECORD;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads the notes that a process left open, and trusts nothing that it reads. */
final class OpenNotes {

  /** The file says what no process has written. */
  static final class DamageException extends Exception {
    private static final long serialVersionUID = 1;

    private DamageException(String message) {
      super(message);
    }
  }

  private final ByteBuffer map;
  private final UUID life;
  private final NoteCheck check;

  private OpenNotes(ByteBuffer map) {
    this.map = map;
    this.life = new UUID(map.getLong(LIFE), map.getLong(LIFE + Long.BYTES));
    this.check = new NoteCheck(map);
  }

  /**
   * What was left open.
   *
   * @throws DamageException if it can't be told
   */
  static Optional<Death> read(ByteBuffer map) throws DamageException {
    OpenNotes notes = new OpenNotes(map);
    List<Aboard> pass = notes.pass();
    List<OpenReading> readings = notes.readings();
    return pass.isEmpty() && readings.isEmpty()
        ? Optional.empty()
        : Optional.of(new Death(notes.life, pass, readings));
  }

  private boolean open(int at) throws DamageException {
    int word = map.getInt(at);
    expect(word == OPEN || word == CLOSED, "a note is neither open nor closed");
    return word == OPEN;
  }

  private List<Aboard> pass() throws DamageException {
    if (!open(PASS)) {
      return List.of();
    }
    int runs = map.getInt(RUNS);
    int noted = map.getInt(NOTED);
    int bytes = map.getInt(ROSTER_BYTES);
    expect(noted >= 0 && noted <= RUNS_MAX && runs >= noted, "runs that can't be so many");
    expect(bytes >= 0 && bytes <= ROSTER_END - ROSTER, "notes beyond their end");
    expect(map.getInt(ROSTER_CHECK) == check.of(ROSTER, bytes), "checksum of the runs");
    List<Aboard> pass = new ArrayList<>(noted);
    int at = ROSTER;
    for (int run = 0; run < noted; run++) {
      expect(at + RUN_HEADER <= ROSTER + bytes, "notes shorter than their runs");
      int length = map.getInt(at);
      expect(length > 0 && length <= PASSENGER_MAX, "length of a passenger");
      int next = at + FlightLayout.runBytes(length);
      expect(next <= ROSTER + bytes, "notes shorter than their runs");
      pass.add(new Aboard(copy(at + RUN_HEADER, length), map.getInt(at + 4), map.getInt(at + 8)));
      at = next;
    }
    expect(at == ROSTER + bytes, "notes longer than their runs");
    // Who had company that is not noted would be taken for alone.
    return noted == 1 && runs > 1 ? List.of() : pass;
  }

  private List<OpenReading> readings() throws DamageException {
    List<OpenReading> readings = new ArrayList<>();
    for (int number = 0; number < SEATS_MAX; number++) {
      int seat = FlightLayout.seat(number);
      boolean alone = map.getInt(seat) == OPEN_ALONE;
      if (!alone && !open(seat)) {
        continue;
      }
      int length = map.getInt(seat + SEAT_LENGTH);
      expect(length >= 0 && length <= RECORD_MAX, "length of a record");
      expect(
          map.getInt(seat + SEAT_CHECK) == check.of(seat + SEAT_RECORD, length),
          "checksum of a record");
      byte[] record = copy(seat + SEAT_RECORD, length);
      if (readings.stream().noneMatch(other -> Arrays.equals(other.record(), record))) {
        readings.add(new OpenReading(record, alone));
      }
    }
    return readings;
  }

  private byte[] copy(int at, int length) {
    byte[] bytes = new byte[length];
    map.get(at, bytes);
    return bytes;
  }

  private static void expect(boolean sound, String otherwise) throws DamageException {
    if (!sound) {
      throw new DamageException(otherwise);
    }
  }
}
