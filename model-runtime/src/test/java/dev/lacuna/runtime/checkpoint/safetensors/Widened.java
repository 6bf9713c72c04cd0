package dev.lacuna.runtime.checkpoint.safetensors;

import dev.lacuna.runtime.facts.NumberFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;

/** Weights as numbers. */
public final class Widened {

  private Widened() {}

  /** One weight in fp32. */
  public static FloatBuffer of(WeightData data, String weight) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      data.write(weight, NumberFormat.FP32, Channels.newChannel(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
