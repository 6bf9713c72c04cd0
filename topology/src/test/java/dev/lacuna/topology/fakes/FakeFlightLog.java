package dev.lacuna.topology.fakes;

import dev.lacuna.runtime.flight.Aboard;
import dev.lacuna.runtime.flight.Death;
import dev.lacuna.runtime.flight.FlightLog;
import dev.lacuna.runtime.flight.OpenReading;
import dev.lacuna.topology.deaths.DeathNotes;
import dev.lacuna.topology.store.DeathNote;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A flight log in memory, for a process that dies by hand. */
public final class FakeFlightLog implements FlightLog {
  private final UUID life = UUID.randomUUID();
  private final List<Aboard> boarding = new ArrayList<>();
  private final List<OpenReading> readings = new ArrayList<>();
  private List<Aboard> flying = List.of();
  private int readAlone;

  @Override
  public void aboard(byte[] passenger, int sample, int steps) {
    boarding.add(new Aboard(passenger, sample, steps));
  }

  @Override
  public void takeOff() {
    flying = List.copyOf(boarding);
  }

  @Override
  public void landed() {
    flying = List.of();
    boarding.clear();
  }

  @Override
  public void over() {}

  @Override
  public Reading reading(byte[] record, boolean alone) {
    OpenReading open = new OpenReading(record, alone);
    readings.add(open);
    readAlone += alone ? 1 : 0;
    return new Reading() {
      @Override
      public void done() {
        readings.remove(open);
      }

      @Override
      public void close() {}
    };
  }

  /** How many records were read alone. */
  public int readAlone() {
    return readAlone;
  }

  /** What the next process in this state folder has to tell; empty if nothing was in danger. */
  public List<DeathNote> deathNotes() {
    return DeathNotes.of(new Death(life, flying, readings));
  }
}
