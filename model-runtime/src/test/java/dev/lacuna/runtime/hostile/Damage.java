package dev.lacuna.runtime.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Damages files in the ways that their formats offer. */
final class Damage {

  private static final int LENGTH_BYTES = 8;

  private Damage() {}

  static byte[] ofJson(byte[] original, Random random) {
    return random.nextInt(3) == 0
        ? ByteMutator.mutate(original, original.length, random)
        : JsonMutator.mutate(original, random);
  }

  /** Header, length of the header, or anything at all. */
  static byte[] ofSafetensors(byte[] original, Random random) {
    int headerBytes = (int) ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    int dataStart = LENGTH_BYTES + headerBytes;
    return switch (random.nextInt(6)) {
      case 0 -> ByteMutator.withHeaderLength(original, random);
      case 1 -> ByteMutator.mutate(original, original.length, random);
      case 2 -> ByteMutator.mutate(original, dataStart, random);
      default -> {
        byte[] header = Arrays.copyOfRange(original, LENGTH_BYTES, dataStart);
        byte[] damaged = ofJson(header, random);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(
            ByteBuffer.allocate(LENGTH_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(damaged.length)
                .array());
        out.writeBytes(damaged);
        out.write(original, dataStart, original.length - dataStart);
        yield out.toByteArray();
      }
    };
  }
}
