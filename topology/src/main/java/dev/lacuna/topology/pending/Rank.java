package dev.lacuna.topology.pending;

import java.util.Comparator;

/** In which order requests that wait are begun. */
final class Rank {
  /** Higher priority first, then the older. */
  static final Comparator<PendingRequest> COMMON =
      Comparator.comparingInt((PendingRequest request) -> -request.entry().priority())
          .thenComparingLong(request -> request.entry().acceptedMicros());

  /**
   * Those that died alone least often first: the others have run by the time that a killer kills
   * again, and deaths that nobody here is to blame for are spread over all.
   */
  static final Comparator<PendingRequest> SUSPECTS =
      Comparator.comparingInt((PendingRequest request) -> request.begin().deathsAlone())
          .thenComparing(COMMON);

  private Rank() {}
}
