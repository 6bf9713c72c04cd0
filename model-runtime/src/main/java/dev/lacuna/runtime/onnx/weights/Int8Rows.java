package dev.lacuna.runtime.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A matrix in int8, row by row: a row's scale is its largest magnitude / 127, its numbers are those
 * of the matrix divided by the scale, rounded to nearest, ties to even. Both passes take the matrix
 * as the little-endian fp32 that {@link dev.lacuna.runtime.checkpoint.safetensors.WeightData#write}
 * writes, in pieces of whole numbers.
 */
public final class Int8Rows {

  /** Largest magnitude in int8; -128 is left out, so that a number and its negative round alike. */
  public static final int LARGEST = 127;

  private Int8Rows() {}

  /** Writes scales as little-endian fp32. */
  static void write(float[] scales, WritableByteChannel out) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(scales.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(scales);
    writeAll(bytes, out);
  }

  private static void writeAll(ByteBuffer bytes, WritableByteChannel out) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** Takes every whole number of a buffer. */
  private static FloatBuffer floats(ByteBuffer from) {
    if (from.remaining() % Float.BYTES != 0) {
      throw new IllegalArgumentException("a piece of fp32 ends within a number");
    }
    FloatBuffer floats = from.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    from.position(from.limit());
    return floats;
  }

  /**
   * First pass: finds the scales.
   *
   * <p>Threading: used by one thread.
   */
  static final class Scaling implements WritableByteChannel {

    private final float[] largest;
    private final long width;
    private long passed;

    /**
     * For a matrix of shape [rows, width].
     *
     * @param rows the output channels
     * @param width numbers in a row
     */
    Scaling(int rows, long width) {
      this.largest = new float[rows];
      this.width = width;
    }

    @Override
    public int write(ByteBuffer from) {
      int bytes = from.remaining();
      FloatBuffer floats = floats(from);
      while (floats.hasRemaining()) {
        int row = (int) (passed / width);
        int run = (int) Math.min(floats.remaining(), width - passed % width);
        float most = largest[row];
        for (int i = 0; i < run; i++) {
          most = Math.max(most, Math.abs(floats.get()));
        }
        largest[row] = most;
        passed += run;
      }
      return bytes;
    }

    /** The scales, once the whole matrix was written; 0 for a row of zeros. */
    float[] scales() {
      float[] scales = largest.clone();
      for (int row = 0; row < scales.length; row++) {
        scales[row] /= LARGEST;
      }
      return scales;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  /**
   * Second pass: passes the numbers on in int8.
   *
   * <p>Threading: used by one thread.
   */
  static final class Rounding implements WritableByteChannel {

    private static final int PIECE_BYTES = 1 << 16;

    private final long width;
    private final float[] scales;
    private final WritableByteChannel out;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    private long passed;

    /**
     * For a matrix of shape [scales, width].
     *
     * @param scales of its rows
     * @param out gets one byte for each number
     */
    Rounding(long width, float[] scales, WritableByteChannel out) {
      this.width = width;
      this.scales = scales;
      this.out = out;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      int bytes = from.remaining();
      FloatBuffer floats = floats(from);
      while (floats.hasRemaining()) {
        float scale = scales[(int) (passed / width)];
        int run = (int) Math.min(floats.remaining(), width - passed % width);
        run = Math.min(run, piece.capacity());
        piece.clear();
        for (int i = 0; i < run; i++) {
          piece.put(rounded(floats.get(), scale));
        }
        writeAll(piece.flip(), out);
        passed += run;
      }
      return bytes;
    }

    private static byte rounded(float number, float scale) {
      if (scale == 0) {
        return 0; // A row of zeros, or of numbers so small that fp32 has no scale for them.
      }
      long nearest = Math.round(Math.rint((double) number / scale));
      return (byte) Math.max(-LARGEST, Math.min(LARGEST, nearest));
    }

    @Override
    public boolean isOpen() {
      return out.isOpen();
    }

    @Override
    public void close() {
      // The target is its owner's to close.
    }
  }
}
