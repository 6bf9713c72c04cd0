package dev.lacuna.runtime.engine;

/**
 * Which bucket has the next forward pass: the one served longest ago, so that among b buckets with
 * work each is served at least once in b passes.
 */
public final class BatchPolicy {

  private BatchPolicy() {}

  /**
   * Chooses.
   *
   * @param lastServed for each bucket with work the number of its last forward pass, 0 for none
   * @return index of the bucket to serve, the first of equals; -1 if there is none
   */
  public static int next(long[] lastServed) {
    int chosen = -1;
    for (int i = 0; i < lastServed.length; i++) {
      if (chosen < 0 || lastServed[i] < lastServed[chosen]) {
        chosen = i;
      }
    }
    return chosen;
  }
}
