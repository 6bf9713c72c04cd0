package dev.lacuna.benchmarks.schedule;

import dev.lacuna.benchmarks.measure.Machine;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.cost.CostCurve;
import dev.lacuna.runtime.engine.cost.CostProbe;
import dev.lacuna.runtime.loading.LoadedModel;
import java.time.Duration;

/** Measures what forward passes of a model cost here, for a file of a {@link DeviceCurve}. */
public final class ScheduleMeasure {

  private static final Duration BUDGET = Duration.ofSeconds(20);

  private ScheduleMeasure() {}

  /** Content of a curve's file. */
  public static String json(LoadedModel loaded, Machine machine) {
    CostCurve curve =
        CostProbe.measure(
            loaded.engineModel().facts(),
            loaded.engineModel().forwardPass(),
            EngineOptions.AUTO,
            BUDGET,
            System::nanoTime);
    String device = loaded.engineModel().forwardPass().device();
    return DeviceCurve.written(
        device,
        "measured on %s with model %s: %s"
            .formatted(device, loaded.engineModel().facts().name(), machine.line()),
        curve);
  }
}
