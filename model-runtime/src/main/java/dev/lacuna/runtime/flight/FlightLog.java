package dev.lacuna.runtime.flight;

/**
 * Notes who is in danger before something that may end the process, and takes the note back after
 * it. Whoever finds a note that was never taken back knows what the process died of: the runs of
 * one forward pass, or a record that was being read.
 *
 * <p>A note costs memory writes and no system call. It outlives the process, however that ends, but
 * not the disk that it is on.
 *
 * <p>Threading: {@link #aboard}, {@link #takeOff}, {@link #landed} and {@link #over} belong to the
 * engine's thread; any thread may call {@link #reading}.
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
        public void over() {}

        @Override
        public Reading reading(byte[] record, boolean alone) {
          return Reading.NONE;
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

  /**
   * The forward pass begins: if the process dies from now on, those aboard were in it. Waits while
   * a record is read alone.
   */
  void takeOff();

  /** The forward pass is over and the device works; nobody is aboard the next one yet. */
  void landed();

  /**
   * No forward pass follows. The note of one that has not landed stays, since it may be why; nobody
   * waits for it any longer.
   */
  void over();

  /**
   * A record is about to be read by this thread.
   *
   * @param record which record, in the bytes of the caller
   * @param alone whether to wait until no forward pass and no other reading is on its way, and hold
   *     later ones up, so that nothing but this record is to blame if the process dies
   */
  Reading reading(byte[] record, boolean alone);

  /** A record that is being read. */
  interface Reading extends AutoCloseable {
    /** Of a record that is not noted. */
    Reading NONE =
        new Reading() {
          @Override
          public void done() {}

          @Override
          public void close() {}
        };

    /** It was read, and the process lives: takes the note back. */
    void done();

    /**
     * Reading is over. If it isn't done it threw, and its note stays: the process may end of it.
     */
    @Override
    void close();
  }
}
