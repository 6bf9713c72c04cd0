package dev.lacuna.runtime.text;

/**
 * Text to tokens and back. Implementations are safe for use by many threads.
 *
 * <p>Encoding adds no special tokens and never yields one: text that looks like a special token
 * stays text, so that no document can smuggle a mask or an end token onto its canvas.
 *
 * <p>Some tokenizers treat the beginning of a text as a place of its own: they put a space before
 * its first word, which decoding takes away again (LLaMA, Metaspace). Text and tokens that follow
 * others are therefore encoded and decoded by methods of their own.
 */
public interface TextCodec {

  /** Tokens with which a document begins; empty for an empty text. */
  int[] encode(String text);

  /** Tokens of text that follows other tokens, without a space that is not in the text. */
  default int[] encodeAfter(String text) {
    return encode(text);
  }

  /** Text of a document's first tokens; bytes that are no valid UTF-8 become U+FFFD. */
  String decode(int[] tokens);

  /**
   * Text that tokens add to others before them; bytes that are no valid UTF-8 become U+FFFD, those
   * of a character that began before these tokens too.
   */
  default String decodeAfter(int[] tokens) {
    return decode(tokens);
  }

  /**
   * Whether tokens are whole words without their spaces, and decoding puts a space between any two.
   */
  default boolean spacesTokens() {
    return false;
  }

  /** An upper bound of the UTF-8 bytes that one token can decode to. */
  int maxTokenBytes();

  /** Number of ids that stand for a token, added tokens included. */
  int size();
}
