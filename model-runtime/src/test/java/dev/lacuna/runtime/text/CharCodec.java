package dev.lacuna.runtime.text;

import java.util.concurrent.atomic.AtomicLong;

/** Every UTF-16 char is a token: its number plus 16. Counts the chars it was asked to encode. */
final class CharCodec implements TextCodec {

  private static final int FIRST = 16;

  final AtomicLong charsEncoded = new AtomicLong();

  static int[] tokens(String text) {
    return text.chars().map(c -> c + FIRST).toArray();
  }

  @Override
  public int[] encode(String text) {
    charsEncoded.addAndGet(text.length());
    return tokens(text);
  }

  @Override
  public String decode(int[] tokens) {
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      text.append((char) (token - FIRST));
    }
    return text.toString();
  }

  @Override
  public int maxTokenBytes() {
    return 3;
  }

  @Override
  public int size() {
    return FIRST + 0x10000;
  }
}
