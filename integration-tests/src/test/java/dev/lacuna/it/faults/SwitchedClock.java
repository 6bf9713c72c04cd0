package dev.lacuna.it.faults;

import dev.lacuna.topology.process.WorkerClock;
import java.nio.file.Path;

/**
 * The machine's clock, wrong by as many microseconds as the switch says, which may change at any
 * time, forward and back. The clock that never goes back stays as it is.
 *
 * <p>Threading: any thread may call any method.
 */
final class SwitchedClock implements WorkerClock {
  private final WorkerClock real = WorkerClock.system();
  private final Switch offsetMicros;

  SwitchedClock(Path folder) {
    offsetMicros = new Switch(folder, Switch.CLOCK);
  }

  @Override
  public long epochMicros() {
    return real.epochMicros() + offsetMicros.text().map(Long::parseLong).orElse(0L);
  }

  @Override
  public long nanos() {
    return real.nanos();
  }
}
