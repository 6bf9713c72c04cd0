package dev.lacuna.runtime.text.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * Checks the character map of a {@code Precompiled} normalizer (SentencePiece): the length of a
 * double-array trie in bytes, the trie's 32-bit units, then the texts that its leaves point into,
 * each ended by a zero (https://github.com/huggingface/spm_precompiled). The library follows the
 * trie without looking where it leads.
 */
final class CharsMapRules {

  private static final int MAX_BYTES = 16 << 20;

  private final int[] trie;
  private final byte[] texts;

  private CharsMapRules(int[] trie, byte[] texts) {
    this.trie = trie;
    this.texts = texts;
  }

  /**
   * Checks a map.
   *
   * @throws IllegalArgumentException if it isn't one, or leads out of itself
   */
  static void check(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its precompiled_charsmap is no base64", e);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int trieBytes = bytes.length < 4 ? -1 : buffer.getInt();
    if (bytes.length > MAX_BYTES
        || trieBytes < 4
        || trieBytes % 4 != 0
        || trieBytes > buffer.remaining()) {
      throw broken("states a trie of " + trieBytes + " bytes");
    }
    int[] trie = new int[trieBytes / 4];
    buffer.asIntBuffer().get(trie);
    byte[] texts = Arrays.copyOfRange(bytes, 4 + trieBytes, bytes.length);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
    } catch (CharacterCodingException e) {
      throw broken("holds texts that aren't UTF-8");
    }
    new CharsMapRules(trie, texts).walk();
  }

  /** Every unit that any text can lead to, each once. */
  private void walk() {
    BitSet seen = new BitSet(trie.length);
    Deque<Integer> open = new ArrayDeque<>();
    open.add(offset(trie[0]));
    while (!open.isEmpty()) {
      int base = open.remove();
      for (int c = 1; c < 256; c++) {
        int unit = at(base ^ c);
        boolean follows = (unit & (1 << 31 | 0xff)) == c;
        int next = follows ? base ^ c ^ offset(unit) : 0;
        if (follows && (unit >>> 8 & 1) == 1) {
          checkText(at(next) & 0x7fffffff);
        }
        if (follows && !seen.get(base ^ c)) {
          seen.set(base ^ c);
          open.add(next);
        }
      }
    }
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  private int at(int position) {
    if (position < 0 || position >= trie.length) {
      throw broken("leads out of its trie");
    }
    return trie[position];
  }

  private void checkText(int from) {
    boolean within = from <= texts.length;
    boolean begins = !within || from == texts.length || (texts[from] & 0xc0) != 0x80;
    if (!within || !begins) {
      throw broken("points beyond its texts");
    }
  }

  private static IllegalArgumentException broken(String what) {
    return new IllegalArgumentException("its precompiled_charsmap " + what);
  }
}
