package dev.lacuna.runtime.checkpoint.family;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.json.JsonObject;
import java.util.OptionalInt;

/**
 * Heads of an attention, checked against each other.
 *
 * @param heads query heads
 * @param keyValueHeads key and value heads
 * @param width width of one head
 */
record HeadShape(int heads, int keyValueHeads, int width) {

  /** Generous bound that keeps every product of two sizes within a long. */
  static final int MAX_WIDTH = 1 << 20;

  private static final int MAX_HEADS = 4096;

  /** Largest table of rotary angles: 32 MiB each of cosines and sines. */
  private static final long MAX_ANGLES = 1L << 24;

  /**
   * Keys under which a family's configuration has the sizes.
   *
   * @param width empty if the width always follows from the others
   */
  record Keys(String hidden, String heads, String keyValueHeads, String width) {}

  /** Reads and checks the heads. */
  static HeadShape read(JsonObject json, Keys keys) {
    int hidden = json.integer(keys.hidden(), 1, MAX_WIDTH);
    int heads = json.integer(keys.heads(), 1, MAX_HEADS);
    int keyValueHeads =
        keys.keyValueHeads().isEmpty()
            ? heads
            : json.optionalInteger(keys.keyValueHeads(), 1, heads).orElse(heads);
    OptionalInt width =
        keys.width().isEmpty()
            ? OptionalInt.empty()
            : json.optionalInteger(keys.width(), 2, MAX_HEADS);
    if (width.isEmpty() && hidden % heads != 0) {
      throw json.wrong(keys.hidden(), "a multiple of " + heads);
    }
    if (heads % keyValueHeads != 0) {
      throw json.wrong(keys.keyValueHeads(), "a divisor of " + keys.heads() + ", " + heads);
    }
    return new HeadShape(heads, keyValueHeads, width.orElse(hidden / heads));
  }

  /** The longest canvas, checked against what rotary positions can do. */
  int rotaryLength(JsonObject json, String key) {
    if (width % 2 != 0) {
      throw new CheckpointException(
          json.file(),
          "a head is " + width + " wide, expected an even width (head_dim) for rotary positions");
    }
    int length = json.integer(key, 1, MAX_WIDTH);
    if ((long) length * width > MAX_ANGLES) {
      throw json.wrong(key, "at most " + MAX_ANGLES / width + " for heads " + width + " wide");
    }
    return length;
  }
}
