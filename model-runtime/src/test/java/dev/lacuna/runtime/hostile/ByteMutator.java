package dev.lacuna.runtime.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Damages bytes without knowing what they mean; the same random numbers make the same damage. */
final class ByteMutator {

  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?");

  /** Numbers at which readers trip: limits of the integer types, no numbers, numbers too many. */
  private static final List<String> NUMBERS =
      List.of(
          "-1",
          "0",
          "1",
          "2",
          "3",
          "7",
          "255",
          "65536",
          "2147483647",
          "2147483648",
          "-2147483648",
          "4294967296",
          "9007199254740993",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "18446744073709551615",
          "1e3",
          "1e308",
          "1e309",
          "1e999999999",
          "-1e-999999999",
          "0.5",
          "-0.0",
          "NaN",
          "Infinity",
          "9".repeat(400),
          "9".repeat(5000));

  private static final byte[] HOSTILE_BYTES = {
    0, -1, (byte) 0x80, '"', '{', '}', '[', ']', ',', ':', '\\', '\n', '9', '-', 0x7f, (byte) 0xc3
  };

  private ByteMutator() {}

  /** One to four edits, where the damage may lie anywhere below {@code limit}. */
  static byte[] mutate(byte[] original, int limit, Random random) {
    byte[] bytes = original;
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      bytes = edit(bytes, Math.min(limit, bytes.length), random);
    }
    return bytes;
  }

  private static byte[] edit(byte[] bytes, int limit, Random random) {
    if (limit == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    return switch (random.nextInt(8)) {
      case 0 -> flipped(bytes, limit, random);
      case 1 -> overwritten(bytes, limit, random);
      case 2 -> Arrays.copyOf(bytes, random.nextInt(limit));
      case 3 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
      case 4 -> spliced(bytes, limit, random, true);
      case 5 -> spliced(bytes, limit, random, false);
      default -> renumbered(bytes, limit, random);
    };
  }

  /** The eight bytes of a safetensors file that state its header's length. */
  static byte[] withHeaderLength(byte[] bytes, Random random) {
    byte[] copy = bytes.clone();
    ByteBuffer buffer = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    long stated = buffer.getLong(0);
    long[] lies = {
      stated - 1,
      stated + 1,
      stated + random.nextInt(64) - 32,
      stated / 2,
      stated * 2,
      0,
      1,
      2,
      bytes.length,
      bytes.length - 8L,
      bytes.length - 9L,
      100_000_000,
      Integer.MAX_VALUE,
      1L << 32 | stated,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      -1,
      random.nextLong()
    };
    buffer.putLong(0, lies[random.nextInt(lies.length)]);
    return copy;
  }

  private static byte[] flipped(byte[] bytes, int limit, Random random) {
    byte[] copy = bytes.clone();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      copy[random.nextInt(limit)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  private static byte[] overwritten(byte[] bytes, int limit, Random random) {
    byte[] copy = bytes.clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      copy[random.nextInt(limit)] = HOSTILE_BYTES[random.nextInt(HOSTILE_BYTES.length)];
    }
    return copy;
  }

  /** A piece put in elsewhere, or over what is there. */
  private static byte[] spliced(byte[] bytes, int limit, Random random, boolean inserted) {
    int from = random.nextInt(limit);
    int length = 1 + random.nextInt(Math.min(limit - from, 256));
    int to = random.nextInt(limit);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, to);
    out.write(bytes, from, length);
    int rest = inserted ? to : Math.min(bytes.length, to + length);
    out.write(bytes, rest, bytes.length - rest);
    return out.toByteArray();
  }

  private static byte[] renumbered(byte[] bytes, int limit, Random random) {
    // Every byte is one character of this charset, and back.
    String text = new String(bytes, 0, limit, StandardCharsets.ISO_8859_1);
    int from = random.nextInt(limit);
    Matcher matcher = NUMBER.matcher(text);
    List<MatchResult> found = new ArrayList<>();
    for (int at = from; found.size() < 2 && at <= text.length() && matcher.find(at); ) {
      found.add(matcher.toMatchResult());
      at = matcher.end();
    }
    if (found.isEmpty()) {
      return flipped(bytes, limit, random);
    }
    MatchResult number = found.get(0);
    String other =
        found.size() == 2 && random.nextInt(3) == 0
            ? found.get(1).group()
            : NUMBERS.get(random.nextInt(NUMBERS.size()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, number.start());
    out.writeBytes(other.getBytes(StandardCharsets.ISO_8859_1));
    out.write(bytes, number.end(), bytes.length - number.end());
    return out.toByteArray();
  }
}
