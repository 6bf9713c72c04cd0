package dev.lacuna.runtime.flight;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where things lie in the file. All offsets are in bytes, all numbers little-endian.
 *
 * <pre>
 *      0  long  magic and version of the format
 *      8  UUID  number of the life that notes were made in
 *     64  int   whether a forward pass is on its way
 *     68  int   its runs
 *     72  int   those of them that are noted
 *     76  int   bytes of their notes
 *     80  int   checksum of the notes
 *    128        notes of runs, one behind the other: int length of the passenger, int sample,
 *               int steps, the passenger, up to a multiple of 4
 *  SEATS        seats of records that are being read, each: int whether it is taken (and whether
 *               its record is read alone), int length, int checksum, the record
 * </pre>
 *
 * <p>The two words that open a note are written after all that it says, and cleared before any of
 * that changes. A killed process leaves the writes before the one at which it was killed, and none
 * after it, so whoever finds an open note can read it. The machine may keep less; hence checksums.
 */
final class FlightLayout {
  static final long MAGIC = 0x01_4C_54_48_47_49_4C_46L; // "FLIGHTL", version 1

  /** A note is closed. Any number but these three is damage. */
  static final int CLOSED = 0;

  /** A note is open: a number that damage does not make of {@link #CLOSED} by one bit. */
  static final int OPEN = 0x4E45_504F;

  /** A record is read alone. */
  static final int OPEN_ALONE = 0x454E_4F4C;

  static final int LIFE = 8;
  static final int PASS = 64;
  static final int RUNS = 68;
  static final int NOTED = 72;
  static final int ROSTER_BYTES = 76;
  static final int ROSTER_CHECK = 80;
  static final int ROSTER = 128;

  /** As many as an engine's slots can be. */
  static final int RUNS_MAX = 1024;

  static final int RUN_HEADER = 12;

  /** Longest passenger that is noted; a multiple of 4. */
  static final int PASSENGER_MAX = 1200;

  static final int ROSTER_END = ROSTER + RUNS_MAX * (RUN_HEADER + PASSENGER_MAX);

  static final int SEATS = ROSTER_END;
  static final int SEATS_MAX = 64;
  static final int SEAT_LENGTH = 4;
  static final int SEAT_CHECK = 8;
  static final int SEAT_RECORD = 12;

  /** Longest record that is noted; a multiple of 4. */
  static final int RECORD_MAX = 600;

  static final int SEAT_BYTES = SEAT_RECORD + RECORD_MAX;
  static final int SIZE = SEATS + SEATS_MAX * SEAT_BYTES;

  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private FlightLayout() {}

  static int seat(int number) {
    return SEATS + number * SEAT_BYTES;
  }

  /** Bytes that a note of a run takes. */
  static int runBytes(int passengerBytes) {
    return RUN_HEADER + (passengerBytes + 3 & ~3);
  }

  /** Opens or closes a note: writes before it stay before it, and writes after it after it. */
  static void set(ByteBuffer map, int at, int word) {
    WORD.setRelease(map, at, word);
    VarHandle.storeStoreFence();
  }
}
