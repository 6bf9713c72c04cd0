package dev.lacuna.runtime.flight;

import java.util.List;
import java.util.UUID;

/**
 * What an earlier process was doing when it died, or when its device was lost; at least one run or
 * record.
 *
 * @param number of that process's life: the same however often the death is read, and no other's
 * @param pass the noted runs of the forward pass that did not end, in its order
 * @param readings records whose reading did not end, each once; never written
 */
public record Death(UUID number, List<Aboard> pass, List<byte[]> readings) {
  /** Copies the lists. */
  public Death {
    pass = List.copyOf(pass);
    readings = List.copyOf(readings);
  }

  /** Whether one run had the forward pass to itself. */
  public boolean alone() {
    return pass.size() == 1;
  }
}
