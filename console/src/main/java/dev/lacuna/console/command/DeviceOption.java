package dev.lacuna.console.command;

import picocli.CommandLine.Option;

/** Where a command without a configuration runs its model. */
public final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "Device: auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  private String device;

  /** As written. */
  public String name() {
    return device;
  }
}
