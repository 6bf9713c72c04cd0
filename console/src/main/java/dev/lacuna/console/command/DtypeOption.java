package dev.lacuna.console.command;

import dev.lacuna.console.Visible;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.loading.ModelLoader;
import picocli.CommandLine.Option;

/** In which numbers a command without a configuration runs its model. */
public final class DtypeOption {

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = ModelLoader.ANY_DTYPE,
      description = {
        "Number format of the matrices: fp32, fp16, int8 or auto. int8 runs on"
            + " CPUs only; it is faster and slightly less accurate. auto keeps an"
            + " imported model's format and takes fp32 for a checkpoint. Default:"
            + " ${DEFAULT-VALUE}."
      })
  private String dtype;

  /**
   * As written.
   *
   * @throws CommandFailure for anything else than the description names
   */
  public String name() {
    if (!dtype.equals(ModelLoader.ANY_DTYPE) && NumberFormat.ofWireName(dtype).isEmpty()) {
      throw CommandFailure.usage(
          "--dtype is " + Visible.of(dtype) + "; it must be auto, fp32, fp16 or int8");
    }
    return dtype;
  }
}
