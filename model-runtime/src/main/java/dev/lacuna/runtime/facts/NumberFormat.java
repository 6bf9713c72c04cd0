package dev.lacuna.runtime.facts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** In which numbers a graph holds its weights, or multiplies matrices. */
public enum NumberFormat {
  /** IEEE 754 binary32. */
  FP32(4),
  /** IEEE 754 binary16; of weights only matrices, since vectors (norms, biases) are few. */
  FP16(2),
  /**
   * Whole numbers from -127 to 127 and an fp32 scale for each row, of matrices that are multiplied;
   * tables and vectors are fp32.
   */
  INT8(1);

  private final int bytes;

  NumberFormat(int bytes) {
    this.bytes = bytes;
  }

  /** The format of a {@link #wireName}. */
  public static Optional<NumberFormat> ofWireName(String name) {
    return Arrays.stream(values()).filter(format -> format.wireName().equals(name)).findFirst();
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /**
   * The name on the command line and in fingerprints: {@code fp32}, {@code fp16} or {@code int8}.
   */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
