package dev.lacuna.runtime.flight;

import dev.lacuna.runtime.flight.FlightLog.Reading;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The records in the file that are being read, each on a seat of its own.
 *
 * <p>Threading: any thread may call any method.
 */
final class ReadingSeats {
  private static final Reading NOT_NOTED = () -> {};

  private final ByteBuffer map;
  // (seats): who has it, null if nobody
  private final AtomicReferenceArray<Seated> seats =
      new AtomicReferenceArray<>(FlightLayout.SEATS_MAX);
  private final Seated changing; // has a seat while it is written to
  private volatile boolean left;

  /** A record on its seat. */
  private final class Seated implements Reading {
    private final int seat;
    private final byte[] record;

    private Seated(int seat, byte[] record) {
      this.seat = seat;
      this.record = record;
    }

    @Override
    public void done() {
      // Else the seat was given to a later reading of the record, or the file to another process.
      if (!left && seats.compareAndSet(seat, this, changing)) {
        FlightLayout.set(map, FlightLayout.seat(seat), FlightLayout.CLOSED);
        seats.set(seat, null);
      }
    }
  }

  ReadingSeats(ByteBuffer map) {
    this.map = map;
    this.changing = new Seated(-1, new byte[0]);
  }

  /**
   * Notes a record. One whose reading threw has kept its seat, and its next reading takes that
   * over: else a record that is tried again and again would take them all.
   */
  Reading take(byte[] record) {
    if (record.length > FlightLayout.RECORD_MAX) {
      return NOT_NOTED;
    }
    int free = -1;
    for (int seat = FlightLayout.SEATS_MAX - 1; seat >= 0; seat--) {
      Seated seated = seats.get(seat);
      if (seated == null) {
        free = seat;
      } else if (seated != changing && Arrays.equals(seated.record, record)) {
        Seated again = new Seated(seat, seated.record);
        if (seats.compareAndSet(seat, seated, again)) {
          return again; // the file says it already
        }
      }
    }
    for (int seat = Math.max(free, 0); seat < FlightLayout.SEATS_MAX; seat++) {
      if (seats.compareAndSet(seat, null, changing)) {
        return sit(seat, record.clone());
      }
    }
    return NOT_NOTED;
  }

  /** Leaves the file as it is now. */
  void leave() {
    left = true;
  }

  private Reading sit(int seat, byte[] record) {
    int at = FlightLayout.seat(seat);
    map.putInt(at + FlightLayout.SEAT_LENGTH, record.length);
    map.put(at + FlightLayout.SEAT_RECORD, record);
    int check = new NoteCheck(map).of(at + FlightLayout.SEAT_RECORD, record.length);
    map.putInt(at + FlightLayout.SEAT_CHECK, check);
    FlightLayout.set(map, at, FlightLayout.OPEN);
    Seated seated = new Seated(seat, record);
    seats.set(seat, seated);
    return seated;
  }
}
