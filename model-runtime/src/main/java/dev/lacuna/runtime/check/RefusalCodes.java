package dev.lacuna.runtime.check;

/**
 * The codes with which this module refuses an input, or ends a run that it took; stable, since
 * readers of completions match.
 */
public final class RefusalCodes {

  /** A document without blanks, or with an impossible one. */
  public static final String INVALID_DOCUMENT = "INVALID_DOCUMENT";

  /** Text in which a blank's marker can't be read. */
  public static final String INVALID_MARKUP = "INVALID_MARKUP";

  /** A blank or a document of more tokens than a worker takes. */
  public static final String DOCUMENT_TOO_LONG = "DOCUMENT_TOO_LONG";

  /** A sampling field outside its bounds. */
  public static final String INVALID_SAMPLING = "INVALID_SAMPLING";

  /** A field that this version knows and can't honour. */
  public static final String UNSUPPORTED = "UNSUPPORTED";

  /** A tokenizer file that can't be used. */
  public static final String INVALID_TOKENIZER = "INVALID_TOKENIZER";

  /** The model's results for a run's canvas are no numbers, or no token. */
  public static final String NUMERIC = "NUMERIC";

  /** One canvas alone is too much for the device's memory. */
  public static final String OUT_OF_MEMORY = "OUT_OF_MEMORY";

  /** The model fails on a run's canvas, alone and again, and works on others. */
  public static final String MODEL_ERROR = "MODEL_ERROR";

  private RefusalCodes() {}
}
