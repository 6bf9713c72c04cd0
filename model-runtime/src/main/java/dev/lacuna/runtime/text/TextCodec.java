package dev.lacuna.runtime.text;

/**
 * Text to tokens and back. Implementations are safe for use by many threads.
 *
 * <p>Encoding adds no special tokens and never yields one: text that looks like a special token
 * stays text, so that no document can smuggle a mask or an end token onto its canvas.
 */
public interface TextCodec {

  /** Tokens of a piece of text; empty for an empty text. */
  int[] encode(String text);

  /** Text of a run of tokens; bytes that are no valid UTF-8 become U+FFFD. */
  String decode(int[] tokens);

  /** An upper bound of the UTF-8 bytes that one token can decode to. */
  int maxTokenBytes();

  /** Number of ids that stand for a token, added tokens included. */
  int size();
}
