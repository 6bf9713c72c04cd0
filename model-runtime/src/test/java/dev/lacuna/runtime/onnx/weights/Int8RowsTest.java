package dev.lacuna.runtime.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrices become rows of int8 with a scale each. */
class Int8RowsTest {

  @Test
  void shouldDivideEachRowByItsLargestMagnitudeAndRoundToEven() throws IOException {
    float[] matrix = {127, -63.5f, 62.5f, 0, 0, 0, 254, 1, -3};
    float[] scales = scales(matrix, 3, 3, 9);
    assertThat(scales).containsExactly(1, 0, 2);
    assertThat(rounded(matrix, 3, scales, 9)).containsExactly(127, -64, 62, 0, 0, 0, 127, 0, -2);
  }

  @Test
  void shouldLeaveOtherRowsTheirDigitsWhenOneHasAnOutlier() throws IOException {
    float[] matrix = {1e30f, 1, -1, 1e-3f, 2e-3f, -1e-3f};
    byte[] rows = rounded(matrix, 3, scales(matrix, 2, 3, 6), 6);
    assertThat(rows).containsExactly(127, 0, 0, 64, 127, -64);
  }

  @Test
  void shouldTakeARowAsZerosWhenItIsTooSmallForAScale() throws IOException {
    float[] matrix = {Float.MIN_VALUE, -Float.MIN_VALUE};
    float[] scales = scales(matrix, 1, 2, 2);
    assertThat(rounded(matrix, 2, scales, 2)).containsExactly(0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 1000})
  void shouldGiveTheSameWhateverThePieces(int piece) throws IOException {
    float[] matrix = new float[13 * 77];
    Random random = new Random(3);
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) random.nextGaussian();
    }
    float[] scales = scales(matrix, 13, 77, matrix.length);
    assertThat(scales(matrix, 13, 77, piece)).isEqualTo(scales);
    assertThat(rounded(matrix, 77, scales, piece))
        .isEqualTo(rounded(matrix, 77, scales, matrix.length));
  }

  @Test
  void shouldRefuseAPieceThatEndsWithinANumber() {
    Int8Rows.Scaling scaling = new Int8Rows.Scaling(1, 3);
    assertThatThrownBy(() -> scaling.write(ByteBuffer.allocate(6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ends within a number");
  }

  private static float[] scales(float[] matrix, int rows, int width, int piece) throws IOException {
    Int8Rows.Scaling scaling = new Int8Rows.Scaling(rows, width);
    write(matrix, scaling, piece);
    return scaling.scales();
  }

  private static byte[] rounded(float[] matrix, int width, float[] scales, int piece)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(matrix, new Int8Rows.Rounding(width, scales, Channels.newChannel(out)), piece);
    return out.toByteArray();
  }

  private static void write(float[] matrix, WritableByteChannel to, int piece) throws IOException {
    for (int at = 0; at < matrix.length; at += piece) {
      int count = Math.min(piece, matrix.length - at);
      ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(matrix, at, count);
      to.write(bytes);
    }
  }
}
