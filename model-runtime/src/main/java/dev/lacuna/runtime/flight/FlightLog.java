package dev.lacuna.runtime.flight;

/**
 * Notes who is in danger before something that may end the process, and takes the note back after
 * it. Whoever finds a note that was never taken back knows what the process died of: the runs of
 * one forward pass, or a record that was being read.
 *
 * <p>A note costs memory writes and no system call. It outlives the process, however that ends, but
 * not the disk that it is on.
 *
 * <p>Threading: {@link #aboard}, {@link #takeOff} and {@link #landed} belong to the engine's
 * thread; any thread may call {@link #reading}.
 */
public interface FlightLog {
  /** Notes nothing: for processes that nobody restarts. */
  FlightLog NONE =
      new FlightLog() {
        @Override
        public void aboard(byte[] passenger, int sample, int steps) {}

        @Override
        public void takeOff() {}

        @Override
        public void landed() {}

        @Override
        public Reading reading(byte[] record) {
          return () -> {};
        }
      };

  /**
   * Adds a run to the forward pass that comes next.
   *
   * @param passenger whose run it is, in the bytes of whoever submitted it; empty if nobody will
   *     ask: such a run is company to others, and is not noted
   * @param sample number of the sample in its request, from 1
   * @param steps steps that the run has done in all its passes
   */
  void aboard(byte[] passenger, int sample, int steps);

  /** The forward pass begins: if the process dies from now on, those aboard were in it. */
  void takeOff();

  /** The forward pass is over and the device works; nobody is aboard the next one yet. */
  void landed();

  /**
   * A record is about to be read by this thread. The note stays until {@link Reading#done}, or for
   * good if reading throws.
   *
   * @param record which record, in the bytes of the caller
   */
  Reading reading(byte[] record);

  /** A record that is being read. */
  @FunctionalInterface
  interface Reading {
    /** It was read, and the process lives. */
    void done();
  }
}
