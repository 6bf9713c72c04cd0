package dev.lacuna.topology.deaths;

/**
 * Deaths that stand against a run or a record: it has not been seen beyond the place at which they
 * happened.
 *
 * @param inCompany deaths for which others may be to blame
 * @param solo deaths for which nothing else can be
 */
public record StandingDeaths(int inCompany, int solo) {
  /** None. */
  public static final StandingDeaths NONE = new StandingDeaths(0, 0);

  /** One death is an accident; whoever was there twice runs where nothing else can be to blame. */
  private static final int SOLO_FROM = 2;

  /** All of them. */
  public int count() {
    return inCompany + solo;
  }

  /** Whether a run has to be alone in its forward passes. */
  public boolean needsSolo() {
    return count() >= SOLO_FROM;
  }
}
