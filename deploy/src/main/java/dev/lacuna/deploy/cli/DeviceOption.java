package dev.lacuna.deploy.cli;

import picocli.CommandLine.Option;

/** Where a command without a configuration runs its model. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "Device: auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  private String device;

  /** As written. */
  String name() {
    return device;
  }
}
