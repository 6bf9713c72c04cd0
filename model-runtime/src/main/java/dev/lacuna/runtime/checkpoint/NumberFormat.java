package dev.lacuna.runtime.checkpoint;

import java.util.Locale;

/** In which numbers a graph holds its weights, or multiplies matrices. */
public enum NumberFormat {
  /** IEEE 754 binary32. */
  FP32(4),
  /** IEEE 754 binary16; of weights only matrices, since vectors (norms, biases) are few. */
  FP16(2);

  private final int bytes;

  NumberFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** The name on the command line and in fingerprints: {@code fp32} or {@code fp16}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
