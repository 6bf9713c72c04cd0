package dev.lacuna.topology.store;

import dev.lacuna.runtime.text.RunProgress;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * What became of a run's masks, and its bytes: most are still masked or have small tokens, and the
 * record is written again and again.
 *
 * <p>Number of masks (int); bytes of a token, 1 to 4 (byte); whether a confidence stands for every
 * mask, or only for those that have a token while all others' are 0 (byte); which masks have a
 * token (a bit each, the first in the lowest bit of the first byte); tokens of those; confidences
 * (floats).
 *
 * @param tokens (masks): its token, or {@link RunProgress#MASKED}
 * @param confidences (masks)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and gone after the call
record MaskTokens(int[] tokens, float[] confidences) {
  private static final int HEAD_BYTES = Integer.BYTES + 2;

  /** Most bytes that so many masks take. */
  static long maxBytes(int masks) {
    return HEAD_BYTES + bitBytes(masks) + (long) masks * (Integer.BYTES + Float.BYTES);
  }

  private static int bitBytes(int masks) {
    return (int) (((long) masks + Byte.SIZE - 1) / Byte.SIZE);
  }

  static void write(BinaryWriter out, MaskTokens masks) {
    int[] tokens = masks.tokens();
    BitSet known = new BitSet(tokens.length);
    int bits = 0;
    boolean dense = false;
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] != RunProgress.MASKED) {
        known.set(i);
        bits |= tokens[i];
      } else {
        dense |= Float.floatToRawIntBits(masks.confidences()[i]) != 0;
      }
    }
    int tokenBytes = bytesOf(bits);
    out.putInt(tokens.length).putByte(tokenBytes).putBoolean(dense);
    int confidences = dense ? tokens.length : known.cardinality();
    ByteBuffer packed =
        ByteBuffer.allocate(
            bitBytes(tokens.length) + known.cardinality() * tokenBytes + confidences * Float.BYTES);
    packed.put(known.toByteArray()); // ends with the last bit that is set
    packed.position(bitBytes(tokens.length));
    for (int i = known.nextSetBit(0); i >= 0; i = known.nextSetBit(i + 1)) {
      for (int shift = Byte.SIZE * (tokenBytes - 1); shift >= 0; shift -= Byte.SIZE) {
        packed.put((byte) (tokens[i] >>> shift));
      }
    }
    for (int i = 0; i < tokens.length; i++) {
      if (dense || known.get(i)) {
        packed.putFloat(masks.confidences()[i]);
      }
    }
    out.putRaw(packed.array());
  }

  /** Bytes of the largest token of which all bits are among these; a negative one takes four. */
  private static int bytesOf(int bits) {
    int significant = Integer.SIZE - Integer.numberOfLeadingZeros(bits);
    return Math.max(1, (significant + Byte.SIZE - 1) / Byte.SIZE);
  }

  static MaskTokens read(BinaryReader in) {
    int masks = in.getInt();
    int tokenBytes = in.getByte();
    if (masks < 0 || tokenBytes < 1 || tokenBytes > Integer.BYTES) {
      throw in.damaged(masks + " masks with tokens of " + tokenBytes + " bytes");
    }
    boolean dense = in.getBoolean();
    BitSet known = BitSet.valueOf(in.getBytes(bitBytes(masks)));
    if (known.length() > masks) {
      throw in.damaged("mask " + known.length() + " of " + masks + " has a token");
    }
    int[] tokens = new int[masks];
    for (int i = 0; i < masks; i++) {
      tokens[i] = known.get(i) ? readToken(in, tokenBytes) : RunProgress.MASKED;
    }
    float[] confidences = new float[masks];
    for (int i = 0; i < masks; i++) {
      confidences[i] = dense || known.get(i) ? in.getFloat() : 0;
    }
    return new MaskTokens(tokens, confidences);
  }

  private static int readToken(BinaryReader in, int tokenBytes) {
    int token = 0;
    for (int i = 0; i < tokenBytes; i++) {
      token = token << Byte.SIZE | in.getByte();
    }
    return token;
  }
}
