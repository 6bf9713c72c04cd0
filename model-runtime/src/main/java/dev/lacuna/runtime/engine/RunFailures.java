package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.Refusal;
import java.util.Map;
import java.util.TreeMap;

/** Why one run ended while the engine went on: codes of {@link RunEvent.Failed}, all stable. */
public final class RunFailures {

  /** The model's results for the run's canvas are no numbers, or no token. */
  public static final String NUMERIC = "NUMERIC";

  /** The run's canvas alone is too much for the device's memory. */
  public static final String OUT_OF_MEMORY = "OUT_OF_MEMORY";

  /** The model throws for the run's canvas, and for that alone. */
  public static final String MODEL_ERROR = "MODEL_ERROR";

  private RunFailures() {}

  /** All codes with their meaning, for the documentation. */
  public static Map<String, String> meanings() {
    Map<String, String> meanings = new TreeMap<>();
    meanings.put(NUMERIC, "the model's results for this text are no numbers, or no token");
    meanings.put(OUT_OF_MEMORY, "one canvas alone is too much for the device's memory");
    meanings.put(MODEL_ERROR, "the model fails on this text, alone and again, and on no other");
    return meanings;
  }

  /**
   * Results that can't be used.
   *
   * @param found what the forward pass gave, for example {@code confidence NaN}
   */
  static Refusal numeric(Row row, String found) {
    return new Refusal(
        NUMERIC,
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
          OUT_OF_MEMORY,
          "document",
          at(row)
              + " needs more memory than the device has, for one canvas of "
              + row.length()
              + " tokens"
              + (row.slots() > 1 ? " and its twin for guidance" : "")
              + ": send a shorter document, or serve the model where there is more memory.");
    }
    return new Refusal(
        MODEL_ERROR,
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
