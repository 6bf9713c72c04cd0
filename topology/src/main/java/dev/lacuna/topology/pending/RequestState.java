package dev.lacuna.topology.pending;

/**
 * Where an accepted request stands, and where it may go from there:
 *
 * <pre>
 *               begin              runs over, all finished
 *   Accepted ───────────► Running ──────────────────────────► Settled ──► (answered)
 *      │ │                 │   │                                 ▲
 *      │ │            end  │   │ suspend                         │
 *      │ │                 ▼   ▼                                 │ runs over
 *      │ │             Stopping ◄──── Suspending ────────────────┤ (all finished)
 *      │ │                 │    end       │                      │
 *      │ │                 └──────────────┼──────────────────────┤ runs over
 *      │ └───── end ──────────────────────┼──────────────────────┤
 *      │ suspend                          ▼ runs over            │
 *      └───────────────────────────► Suspended ──── end ─────────┘
 * </pre>
 *
 * <p>Every transition returns the state that follows. One that is not in the picture leaves the
 * state as it is where the event comes too late to matter, and is an {@link IllegalStateException}
 * where it can't happen.
 */
sealed interface RequestState {

  /** A request that was read or restored. */
  RequestState ACCEPTED = new Accepted();

  /** Its runs are handed to the engine. */
  default RequestState begin() {
    throw illegal("begin");
  }

  /** It is to end so, as soon as no run of it is with the engine. The first decision stays. */
  RequestState end(Ending how);

  /** The worker stops: its runs stop at their next step boundary, for the next owner. */
  RequestState suspend();

  /**
   * None of its runs is with the engine any more.
   *
   * @param finished whether no sample has a step left
   */
  default RequestState runsOver(boolean finished) {
    throw illegal("runs over");
  }

  private IllegalStateException illegal(String event) {
    return new IllegalStateException(event + " in the state " + this);
  }

  /** Stored; no run is with the engine yet. */
  record Accepted() implements RequestState {
    @Override
    public RequestState begin() {
      return new Running();
    }

    @Override
    public RequestState end(Ending how) {
      return new Settled(how);
    }

    @Override
    public RequestState suspend() {
      return new Suspended();
    }
  }

  /** With the engine. */
  record Running() implements RequestState {
    @Override
    public RequestState end(Ending how) {
      return new Stopping(how);
    }

    @Override
    public RequestState suspend() {
      return new Suspending();
    }

    @Override
    public RequestState runsOver(boolean finished) {
      if (!finished) {
        throw new IllegalStateException("runs ended that nobody had told to");
      }
      return new Settled(Ending.COMPLETED);
    }
  }

  /** It ends; runs are with the engine up to their next step boundary. */
  record Stopping(Ending how) implements RequestState {
    @Override
    public RequestState end(Ending late) {
      return this;
    }

    @Override
    public RequestState suspend() {
      return this;
    }

    @Override
    public RequestState runsOver(boolean finished) {
      return new Settled(how);
    }
  }

  /** The worker stops; runs are with the engine up to their next step boundary. */
  record Suspending() implements RequestState {
    @Override
    public RequestState end(Ending how) {
      return new Stopping(how);
    }

    @Override
    public RequestState suspend() {
      return this;
    }

    @Override
    public RequestState runsOver(boolean finished) {
      return finished ? new Settled(Ending.COMPLETED) : new Suspended();
    }
  }

  /** The worker stops, and the next owner goes on with it. */
  record Suspended() implements RequestState {
    @Override
    public RequestState end(Ending how) {
      return new Settled(how);
    }

    @Override
    public RequestState suspend() {
      return this;
    }
  }

  /** It can be answered. */
  record Settled(Ending how) implements RequestState {
    @Override
    public RequestState end(Ending late) {
      return this;
    }

    @Override
    public RequestState suspend() {
      return this;
    }
  }
}
