package dev.lacuna.it;

import java.util.List;
import java.util.SplittableRandom;

/** Strings that break what is careless: all of them valid UTF-8. */
final class FuzzStrings {

  /** Stands for three bytes that no UTF-8 has: see {@link #broken}. */
  static final String PLACEHOLDER = "\uE000";

  private static final List<String> ALL =
      List.of(
          "a\u0000b",
          "\u202Eright to left\u202C \u2066isolated\u2069",
          "line one\nline two 2026-11-22T00:00:00.000Z ERROR [main] Lacuna: all is lost\r\n",
          "\u001B[31mred\u001B[0m \u0007\b\u007F\u0085\u2028\u2029",
          "%s%s%s%n %1$s {} {0} ${jndi:ldap://127.0.0.1/a} #{7*7} $(reboot) `id`",
          "../../../../etc/passwd\\..\\..\\boot.ini",
          "[MASK] [PAD] <|endoftext|> </s> <s> <unk> <mask> <|mask|> <|mdm_mask|>",
          "'; DROP TABLE requests; --<script>alert(1)</script>",
          "Z\u0351\u036B\u0343a\u0300\u0301\u0302\u0303\u0304l\u0316\u0317g\u0318\u0319o",
          "\uD83E\uDD89\u200D\uD83D\uDD25\uFE0F\uDBFF\uDFFF\uFFFE\uFFFF\uFEFF",
          "\u1100\u1161\u11A8 \u0DDF\u0F77 \uFDFA \uFB03",
          "",
          " ",
          "\t\t\t");

  private FuzzStrings() {}

  static String any(SplittableRandom random) {
    return ALL.get(random.nextInt(ALL.size()));
  }

  /** A letter under so many marks that belong above it. */
  static String marks(int count) {
    return "a" + "\u0301\u0323\u0308".repeat(count / 3);
  }

  /** The bytes with every placeholder made an unpaired surrogate, an overlong or a foreign form. */
  static byte[] broken(byte[] value, SplittableRandom random) {
    byte[][] forms = {
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
      {(byte) 0xE0, (byte) 0x80, (byte) 0xAF},
      {(byte) 0xC0, (byte) 0x80, 'x'},
      {(byte) 0xFF, (byte) 0xFE, 'x'},
      {'x', 'y', (byte) 0xE2}
    };
    byte[] form = forms[random.nextInt(forms.length)];
    byte[] bytes = value.clone();
    for (int i = 0; i + 2 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xEE && bytes[i + 1] == (byte) 0x80 && bytes[i + 2] == (byte) 0x80) {
        System.arraycopy(form, 0, bytes, i, form.length);
      }
    }
    return bytes;
  }
}
