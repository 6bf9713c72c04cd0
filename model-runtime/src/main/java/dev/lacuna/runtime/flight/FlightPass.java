package dev.lacuna.runtime.flight;

import java.nio.ByteBuffer;

/**
 * The forward pass in the file.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class FlightPass {
  private final ByteBuffer map;
  private final Quiet quiet;
  private final NoteCheck check;
  private boolean flying;
  private boolean over;
  private int runs;
  private int noted;
  private int end = FlightLayout.ROSTER;

  FlightPass(ByteBuffer map, Quiet quiet) {
    this.map = map;
    this.quiet = quiet;
    this.check = new NoteCheck(map);
  }

  void aboard(byte[] passenger, int sample, int steps) {
    if (flying) {
      throw new IllegalStateException("the forward pass before has not landed");
    }
    runs++;
    int length = passenger.length;
    if (length == 0 || length > FlightLayout.PASSENGER_MAX || noted == FlightLayout.RUNS_MAX) {
      return;
    }
    noted++;
    map.putInt(end, length);
    map.putInt(end + 4, sample);
    map.putInt(end + 8, steps);
    map.put(end + FlightLayout.RUN_HEADER, passenger);
    end += FlightLayout.runBytes(length);
  }

  void takeOff() {
    if (flying) {
      throw new IllegalStateException("the forward pass before has not landed");
    }
    quiet.enter();
    flying = true;
    int bytes = end - FlightLayout.ROSTER;
    map.putInt(FlightLayout.RUNS, runs);
    map.putInt(FlightLayout.NOTED, noted);
    map.putInt(FlightLayout.ROSTER_BYTES, bytes);
    map.putInt(FlightLayout.ROSTER_CHECK, check.of(FlightLayout.ROSTER, bytes));
    FlightLayout.set(map, FlightLayout.PASS, FlightLayout.OPEN);
  }

  void landed() {
    FlightLayout.set(map, FlightLayout.PASS, FlightLayout.CLOSED);
    if (flying && !over) {
      quiet.leave();
    }
    flying = false;
    runs = 0;
    noted = 0;
    end = FlightLayout.ROSTER;
  }

  void over() {
    if (flying && !over) {
      quiet.leave();
    }
    over = true;
  }
}
