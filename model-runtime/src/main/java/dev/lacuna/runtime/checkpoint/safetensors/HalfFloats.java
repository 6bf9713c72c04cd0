package dev.lacuna.runtime.checkpoint.safetensors;

/** Widens 16-bit floating-point numbers to fp32, exactly, and rounds fp32 to them. */
final class HalfFloats {

  private HalfFloats() {}

  /** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 mantissa bits. */
  static float fromF16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int mantissa = bits & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | mantissa << 13);
    }
    if (exponent == 0) {
      float magnitude = mantissa * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 127 - 15) << 23 | mantissa << 13);
  }

  /** bfloat16: the upper half of an fp32 number. */
  static float fromBf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** IEEE 754 binary16, rounded to nearest, ties to even; infinity from 65520 on. */
  static short toF16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x47800000) { // 65536 and more, infinity, NaN
      return (short) (sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00));
    }
    if (magnitude < 0x38800000) { // below 2^-14: subnormal, whole multiples of 2^-24
      // Adding 0.5 leaves the multiple in the lowest bits, rounded by the addition itself.
      float aligned = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(aligned) - Float.floatToRawIntBits(0.5f)));
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return (short) (sign | ((rounded - 0x38000000) >>> 13));
  }

  /** Whether binary16 bits are plus or minus infinity. */
  static boolean isInfinite(short half) {
    return (half & 0x7fff) == 0x7c00;
  }
}
