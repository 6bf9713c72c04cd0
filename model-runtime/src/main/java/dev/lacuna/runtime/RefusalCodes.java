package dev.lacuna.runtime;

/**
 * The codes with which this module refuses an input; stable, since readers of completions match.
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

  private RefusalCodes() {}
}
