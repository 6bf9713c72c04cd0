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
  private final ByteBuffer map;
  private final Quiet quiet;
  // (seats): who has it, null if nobody
  private final AtomicReferenceArray<Seated> seats =
      new AtomicReferenceArray<>(FlightLayout.SEATS_MAX);
  private final Seated changing; // has a seat while it is written to
  private volatile boolean left;

  /** A record on its seat. */
  private record Seated(int seat, byte[] record) {}

  /** A reading that goes on, beside others or alone. */
  private final class Noted implements Reading {
    private final boolean alone;
    private Seated seated; // null if there was no seat for it
    private boolean closed;

    private Noted(boolean alone) {
      this.alone = alone;
    }

    @Override
    public void done() {
      // Else the seat was given to a later reading of the record, or the file to another process.
      if (seated != null && !left && seats.compareAndSet(seated.seat(), seated, changing)) {
        FlightLayout.set(map, FlightLayout.seat(seated.seat()), FlightLayout.CLOSED);
        seats.set(seated.seat(), null);
      }
      close();
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      if (alone) {
        quiet.leaveAlone();
      } else {
        quiet.leave();
      }
    }
  }

  ReadingSeats(ByteBuffer map, Quiet quiet) {
    this.map = map;
    this.quiet = quiet;
    this.changing = new Seated(-1, new byte[0]);
  }

  /**
   * Notes a record. One whose reading threw has kept its seat, and its next reading takes that
   * over: else a record that is tried again and again would take them all.
   */
  Reading take(byte[] record, boolean alone) {
    Noted noted = new Noted(alone);
    if (alone) {
      quiet.enterAlone();
    } else {
      quiet.enter();
    }
    if (record.length <= FlightLayout.RECORD_MAX) {
      noted.seated = seat(record, noted);
    }
    return noted;
  }

  private Seated seat(byte[] record, Noted noted) {
    int free = -1;
    for (int seat = FlightLayout.SEATS_MAX - 1; seat >= 0; seat--) {
      Seated seated = seats.get(seat);
      if (seated == null) {
        free = seat;
      } else if (seated != changing && Arrays.equals(seated.record(), record)) {
        if (seats.compareAndSet(seat, seated, changing)) {
          return open(seat, seated.record(), noted); // the file names it already
        }
      }
    }
    for (int seat = Math.max(free, 0); seat < FlightLayout.SEATS_MAX; seat++) {
      if (seats.compareAndSet(seat, null, changing)) {
        return sit(seat, record.clone(), noted);
      }
    }
    return null;
  }

  /** Leaves the file as it is now. */
  void leave() {
    left = true;
  }

  private Seated sit(int seat, byte[] record, Noted noted) {
    int at = FlightLayout.seat(seat);
    map.putInt(at + FlightLayout.SEAT_LENGTH, record.length);
    map.put(at + FlightLayout.SEAT_RECORD, record);
    int check = new NoteCheck(map).of(at + FlightLayout.SEAT_RECORD, record.length);
    map.putInt(at + FlightLayout.SEAT_CHECK, check);
    return open(seat, record, noted);
  }

  private Seated open(int seat, byte[] record, Noted noted) {
    int word = noted.alone ? FlightLayout.OPEN_ALONE : FlightLayout.OPEN;
    FlightLayout.set(map, FlightLayout.seat(seat), word);
    Seated seated = new Seated(seat, record);
    seats.set(seat, seated);
    return seated;
  }
}
