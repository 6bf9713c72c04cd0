package dev.lacuna.runtime.flight;

import static dev.lacuna.runtime.flight.FlightLayout.CLOSED;

import dev.lacuna.runtime.flight.OpenNotes.DamageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A flight log in a mapped file. The operating system keeps what was written to it whatever ends
 * the process: a crash in native code, a kill, a full heap. A machine that stops may lose it.
 *
 * <p>Its user opens it, tells others of the {@link #death} that it finds until they have
 * acknowledged it, and only then begins a life of its own. Until then the death stays in the file
 * with the same number, so that whoever counts deaths counts it once.
 *
 * <p>Passengers and records that are longer than their places are not noted, and neither are runs
 * and readings when all places are taken. The file must lie on a disk of this machine. A page of it
 * that the operating system is writing back may be locked for that time, so a very busy disk can
 * hold a forward pass up.
 *
 * <p>Before {@link #begin} and after {@link #close} nothing is noted: an engine may be measured
 * with runs that nobody would start again.
 *
 * <p>Threading: one thread opens, begins and closes; notes as {@link FlightLog} says.
 */
public final class MappedFlightLog implements FlightLog, AutoCloseable {
  /** Longest passenger that is noted, in bytes. */
  public static final int PASSENGER_MAX = FlightLayout.PASSENGER_MAX;

  /** Longest record that is noted, in bytes. */
  public static final int RECORD_MAX = FlightLayout.RECORD_MAX;

  private static final Logger LOG = LoggerFactory.getLogger(MappedFlightLog.class);

  private final FlightFile file;
  private Optional<Death> death;
  private volatile Life life; // null before it begins and after it has ended
  private boolean over; // begun, or closed

  /** What a life writes with. */
  private record Life(FlightPass pass, ReadingSeats seats) {}

  private MappedFlightLog(FlightFile file, Optional<Death> death) {
    this.file = file;
    this.death = death;
  }

  /**
   * Opens a flight log, and makes its folder and file if they are not there. A damaged file is
   * begun anew.
   *
   * @throws FlightLogException if another worker has it open, or the disk refuses
   */
  public static MappedFlightLog open(Path file) {
    FlightFile opened = FlightFile.open(file);
    try {
      return new MappedFlightLog(opened, OpenNotes.read(opened.map()));
    } catch (DamageException e) {
      LOG.warn(
          "the flight log is damaged and starts anew: if a process died of a request, nobody will"
              + " know file={} damage={}",
          file,
          e.getMessage());
      return anew(opened);
    }
  }

  private static MappedFlightLog anew(FlightFile opened) {
    try {
      opened.renew();
      return new MappedFlightLog(opened, Optional.empty());
    } catch (FlightLogException e) {
      opened.close();
      throw e;
    }
  }

  /** What an earlier process left open; nothing once this one's life has begun. */
  public Optional<Death> death() {
    return death;
  }

  /**
   * Forgets the death of the earlier process, and begins a life of this one.
   *
   * @throws IllegalStateException if it has begun or was closed
   */
  public void begin() {
    if (over) {
      throw new IllegalStateException("flight log " + file.file() + " was begun or closed before");
    }
    over = true;
    ByteBuffer map = file.map();
    FlightLayout.set(map, FlightLayout.PASS, CLOSED);
    for (int seat = 0; seat < FlightLayout.SEATS_MAX; seat++) {
      FlightLayout.set(map, FlightLayout.seat(seat), CLOSED);
    }
    UUID number = UUID.randomUUID();
    map.putLong(FlightLayout.LIFE, number.getMostSignificantBits());
    map.putLong(FlightLayout.LIFE + Long.BYTES, number.getLeastSignificantBits());
    death = Optional.empty();
    Quiet quiet = new Quiet();
    life = new Life(new FlightPass(map, quiet), new ReadingSeats(map, quiet));
  }

  @Override
  public void aboard(byte[] passenger, int sample, int steps) {
    Life now = life;
    if (now != null) {
      now.pass().aboard(passenger, sample, steps);
    }
  }

  @Override
  public void takeOff() {
    Life now = life;
    if (now != null) {
      now.pass().takeOff();
    }
  }

  @Override
  public void landed() {
    Life now = life;
    if (now != null) {
      now.pass().landed();
    }
  }

  @Override
  public void over() {
    Life now = life;
    if (now != null) {
      now.pass().over();
    }
  }

  @Override
  public Reading reading(byte[] record, boolean alone) {
    Life now = life;
    return now == null ? Reading.NONE : now.seats().take(record, alone);
  }

  /** Lets others open the file, with the notes that are open now. */
  @Override
  public void close() {
    over = true;
    Life ended = life;
    life = null;
    if (ended != null) {
      ended.seats().leave();
    }
    file.close();
  }
}
