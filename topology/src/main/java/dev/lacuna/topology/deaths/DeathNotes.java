package dev.lacuna.topology.deaths;

import dev.lacuna.runtime.flight.Aboard;
import dev.lacuna.runtime.flight.Death;
import dev.lacuna.runtime.flight.OpenReading;
import dev.lacuna.topology.store.DeathNote;
import dev.lacuna.topology.store.DeathNoteCodec;
import dev.lacuna.topology.store.StoreFormatException;
import dev.lacuna.topology.store.Suspect;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a flight log holds of a death, as notes: one for each run and each record. */
public final class DeathNotes {
  private static final Logger log = LoggerFactory.getLogger(DeathNotes.class);

  private DeathNotes() {}

  /**
   * The notes of a death. It is blamed on one suspect alone only where nothing else can be to
   * blame.
   */
  public static List<DeathNote> of(Death death) {
    List<DeathNote> notes = new ArrayList<>();
    for (Aboard run : death.pass()) {
      read(
          run.passenger(),
          suspect ->
              notes.add(
                  new DeathNote(
                      death.number(), suspect, death.aloneInPass(), run.sample(), run.steps())));
    }
    for (OpenReading reading : death.readings()) {
      read(
          reading.record(),
          suspect -> notes.add(new DeathNote(death.number(), suspect, death.alone(reading), 0, 0)));
    }
    return notes;
  }

  private static void read(byte[] bytes, Consumer<Suspect> found) {
    try {
      found.accept(DeathNoteCodec.decodeSuspect(bytes));
    } catch (StoreFormatException damaged) {
      log.warn("an entry of the flight log cannot be read reason={}", damaged.getMessage());
    }
  }
}
