package dev.lacuna.runtime.engine.step;

import dev.lacuna.runtime.check.FailureText;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.engine.api.OutOfDeviceMemory;

/** What is told of a run that can't go on while the engine does. */
final class RunFailures {

  private RunFailures() {}

  /**
   * Results that can't be used.
   *
   * @param found what the forward pass gave, for example {@code confidence NaN}
   */
  static Refusal numeric(Row row, String found) {
    return new Refusal(
        RefusalCodes.NUMERIC,
        "model",
        at(row)
            + " gave "
            + found
            + ": its numbers are damaged, or too large for its number format with this text."
            + " Verify the model's files, serve it with dtype=fp32, or change the text.");
  }

  /** What a forward pass threw for a run alone. */
  static Refusal of(Row row, RuntimeException failure) {
    if (failure instanceof OutOfDeviceMemory) {
      return new Refusal(
          RefusalCodes.OUT_OF_MEMORY,
          "document",
          at(row)
              + " needs more memory than the device has, for one canvas of "
              + row.length()
              + " tokens"
              + (row.slots() > 1 ? " and its twin for guidance" : "")
              + ": send a shorter document, or serve the model where there is more memory.");
    }
    return new Refusal(
        RefusalCodes.MODEL_ERROR,
        "document",
        at(row)
            + " failed twice on a canvas of "
            + row.length()
            + " tokens, and works on others ("
            + FailureText.of(failure)
            + "): change the text, or see the worker's log.");
  }

  private static String at(Row row) {
    return "Model '"
        + row.spec().model()
        + "', in step "
        + (row.progress().stepsDone() + 1)
        + " of pass "
        + row.progress().pass()
        + " of sample "
        + row.spec().sample()
        + ",";
  }
}
