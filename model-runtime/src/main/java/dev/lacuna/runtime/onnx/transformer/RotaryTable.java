package dev.lacuna.runtime.onnx.transformer;

import dev.lacuna.runtime.checkpoint.family.TransformerShape;

/**
 * Cosines and sines of {@code position × theta^(-2i / width)}, row-major, shape (length, width/2).
 *
 * <p>The frequency and the angle are rounded to fp32, as the published models compute them; the
 * functions are StrictMath's, so that the table is the same on every machine.
 *
 * @param length number of positions
 * @param halfWidth half of a head's width
 */
record RotaryTable(int length, int halfWidth, float[] cos, float[] sin) {

  /**
   * The table of a model.
   *
   * @param length number of positions
   * @param headWidth width of a head, even
   */
  static RotaryTable of(int length, int headWidth, TransformerShape.Positions.Rotary positions) {
    int half = headWidth / 2;
    float[] cos = new float[Math.multiplyExact(length, half)];
    float[] sin = new float[cos.length];
    for (int i = 0; i < half; i++) {
      float exponent = 2f * i / headWidth;
      float frequency = 1f / (float) StrictMath.pow(positions.theta(), exponent);
      for (int position = 0; position < length; position++) {
        float angle = position * frequency;
        cos[position * half + i] = (float) StrictMath.cos(angle);
        sin[position * half + i] = (float) StrictMath.sin(angle);
      }
    }
    if (positions.bfloat16Tables()) {
      roundToBfloat16(cos);
      roundToBfloat16(sin);
    }
    return new RotaryTable(length, half, cos, sin);
  }

  /** To nearest, ties to even, as {@code Tensor.bfloat16()} does. */
  private static void roundToBfloat16(float[] values) {
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      values[i] = Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
    }
  }
}
