package dev.lacuna.runtime.flight;

import java.util.List;
import java.util.UUID;

/**
 * What an earlier process was doing when it died, or when its device was lost; at least one run or
 * record.
 *
 * @param number of that process's life: the same however often the death is read, and no other's
 * @param pass the noted runs of the forward pass that did not end, in its order
 * @param readings records whose reading did not end, each once
 */
public record Death(UUID number, List<Aboard> pass, List<OpenReading> readings) {
  /** Copies the lists. */
  public Death {
    pass = List.copyOf(pass);
    readings = List.copyOf(readings);
  }

  /** Whether one run had the forward pass to itself, and nothing was being read. */
  public boolean aloneInPass() {
    return pass.size() == 1 && readings.isEmpty();
  }

  /** Whether nothing but this reading was in danger, or it was read so that nothing was. */
  public boolean alone(OpenReading reading) {
    return reading.alone() || (pass.isEmpty() && readings.size() == 1);
  }
}
