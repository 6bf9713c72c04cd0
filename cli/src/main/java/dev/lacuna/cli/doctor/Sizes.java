package dev.lacuna.cli.doctor;

import java.util.Locale;

/** Bytes for people. */
final class Sizes {

  private static final double MIB = 1L << 20;
  private static final double GIB = 1L << 30;

  private Sizes() {}

  /** GiB from one on, MiB below. */
  static String of(long bytes) {
    return bytes >= GIB
        ? String.format(Locale.ROOT, "%.1f GiB", bytes / GIB)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
  }
}
