package dev.lacuna.topology.fakes;

import dev.lacuna.runtime.flight.Aboard;
import dev.lacuna.runtime.flight.Death;
import dev.lacuna.runtime.flight.FlightLog;
import dev.lacuna.topology.deaths.DeathNotes;
import dev.lacuna.topology.store.DeathNote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A flight log in memory, for a process that dies by hand. */
public final class FakeFlightLog implements FlightLog {
  private final UUID life = UUID.randomUUID();
  private final List<Aboard> boarding = new ArrayList<>();
  private final List<byte[]> readings = new ArrayList<>();
  private List<Aboard> flying = List.of();

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
  public Reading reading(byte[] record) {
    readings.add(record);
    return () -> readings.removeIf(one -> Arrays.equals(one, record));
  }

  /** What the next process in this state folder has to tell; empty if nothing was in danger. */
  public List<DeathNote> deathNotes() {
    return DeathNotes.of(new Death(life, flying, readings));
  }
}
