package dev.lacuna.console.command;

import dev.lacuna.runtime.check.Checked;

/** Turns a refusal into the end of the command. */
public final class Accept {

  private Accept() {}

  /** The value; a refusal ends the command as bad usage. */
  public static <T> T orUsage(Checked<T> checked) {
    if (checked instanceof Checked.Refused<T> refused) {
      throw CommandFailure.usage(refused.refusal().message());
    }
    return ((Checked.Valid<T>) checked).value();
  }
}
