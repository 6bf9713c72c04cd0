package dev.lacuna.runtime.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.facts.NumberFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappedWeightsTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"F32", "F16", "BF16"})
  void shouldWriteEveryPieceWhenATensorHasSeveral(ElementType type) throws IOException {
    long elements = 2L * MappedWeights.PIECE_ELEMENTS + 77;
    StoredTensor tensor = tensor(type, 3, List.of(elements));
    WeightData data = weights(tensor, StoredSlice.whole("t", tensor.shape()));
    float[] written = floats(bytes(data, NumberFormat.FP32));
    assertThat(written).hasSize((int) elements);
    float[] expected = new float[written.length];
    TensorElements.map(tensor).copy(0, expected, expected.length);
    assertThat(written).isEqualTo(expected);
    assertThat(floats(Widened.of(data, "w"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000})
  void shouldTransposeInBandsWhenTheWeightExceedsAPiece(int out) throws IOException {
    int in = MappedWeights.PIECE_ELEMENTS / 10;
    StoredTensor tensor = tensor(ElementType.BF16, 5, List.of((long) in, out + 2L));
    StoredSlice slice = new StoredSlice("t", tensor.shape(), true, StoredSlice.Rows.range(1, out));
    WeightData data = weights(tensor, slice, List.of((long) out, (long) in));
    float[] written = floats(bytes(data, NumberFormat.FP32));
    float[] stored = new float[(out + 2) * in];
    TensorElements.map(tensor).copy(0, stored, stored.length);
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i += 97) {
        assertThat(written[o * in + i]).isEqualTo(stored[i * (out + 2) + o + 1]);
      }
    }
  }

  @Test
  void shouldReadAcrossWindowsWhenATensorHasSeveral() {
    StoredTensor tensor = tensor(ElementType.F32, 7, List.of(1000L));
    float[] whole = new float[1000];
    TensorElements.map(tensor).copy(0, whole, 1000);
    TensorElements windows = TensorElements.map(tensor, 24);
    for (int from : new int[] {0, 1, 5, 6, 7, 500, 993}) {
      float[] run = new float[7];
      windows.copy(from, run, 7);
      assertThat(run).isEqualTo(Arrays.copyOfRange(whole, from, from + 7));
    }
  }

  @Test
  void shouldRefuseFp16WhenANumberIsBeyondIt() throws IOException {
    float[] fits = {65504f, -65519.996f, 1e-8f, -0f, 0x1.004p-14f};
    assertThat(bytes(vector(fits), NumberFormat.FP16)).hasSize(10);
    WeightData large = vector(new float[] {1f, 65520f});
    assertThatThrownBy(() -> bytes(large, NumberFormat.FP16))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor t holds 65520.0, beyond fp16's largest number, 65504");
    assertThat(bytes(large, NumberFormat.FP32)).hasSize(8);
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16"})
  void shouldRefuseTheWeightWhenANumberIsNotFinite(NumberFormat format) throws IOException {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      WeightData data = vector(new float[] {1f, 2f, bad});
      assertThatThrownBy(() -> bytes(data, format))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("tensor t holds " + bad + " at element 2 of w");
    }
  }

  @Test
  void shouldSayWhatIsWrongWhenTheFileHasBecomeShorter() throws IOException {
    StoredTensor tensor = tensor(ElementType.F32, 7, List.of(1000L));
    WeightData data = weights(tensor, StoredSlice.whole("t", tensor.shape()));
    Files.write(tensor.file(), new byte[100]);
    assertThatThrownBy(() -> Widened.of(data, "w"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("the file has become shorter");
  }

  /** The nearest of both neighbours, the even one of two equally near. */
  @Property
  void shouldRoundToTheNearestHalfWhenNarrowing(@ForAll float value) {
    float magnitude = Math.abs(value);
    short half = HalfFloats.toF16(value);
    if (Float.isNaN(value)) {
      assertThat(HalfFloats.fromF16(half)).isNaN();
    } else if (magnitude >= 65520f) {
      assertThat(HalfFloats.isInfinite(half)).isTrue();
    } else {
      double error = Math.abs(HalfFloats.fromF16(half) - (double) value);
      for (int step : new int[] {-1, 1}) {
        int bits = (half & 0x7fff) + step;
        if (bits >= 0 && bits < 0x7c00) {
          double other = Math.abs(HalfFloats.fromF16((short) bits) - (double) magnitude);
          assertThat(error < other || (error == other && (half & 1) == 0)).isTrue();
        }
      }
      assertThat(half < 0).isEqualTo(Float.floatToRawIntBits(value) < 0);
    }
  }

  @Test
  void shouldNarrowExactlyWhenANumberIsAHalf() {
    for (int bits = 0; bits < 0x10000; bits++) {
      float value = HalfFloats.fromF16((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(HalfFloats.toF16(value)).isEqualTo((short) bits);
      }
    }
    // Halfway between neighbours: to the even one.
    assertThat(HalfFloats.toF16(1f + 0x1p-11f)).isEqualTo((short) 0x3c00);
    assertThat(HalfFloats.toF16(1f + 3 * 0x1p-11f)).isEqualTo((short) 0x3c02);
    assertThat(HalfFloats.toF16(0x1p-25f)).isEqualTo((short) 0);
    assertThat(HalfFloats.toF16(3 * 0x1p-25f)).isEqualTo((short) 2);
  }

  private WeightData vector(float[] values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    StoredTensor tensor = store(ElementType.F32, List.of((long) values.length), bytes.array());
    return weights(tensor, StoredSlice.whole("t", tensor.shape()));
  }

  /** Finite numbers of any type: no exponent of all ones. */
  private StoredTensor tensor(ElementType type, long seed, List<Long> shape) {
    int elements = shape.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
    byte[] bytes = new byte[elements * type.bytes()];
    new SplittableRandom(seed).nextBytes(bytes);
    for (int i = type.bytes() - 1; i < bytes.length; i += type.bytes()) {
      bytes[i] &= 0xbf;
    }
    try {
      return store(type, shape, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StoredTensor store(ElementType type, List<Long> shape, byte[] bytes) throws IOException {
    String header =
        "{\"t\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]}}"
            .formatted(type, shape, bytes.length);
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length() + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
    file.put(bytes);
    Path path = Files.write(folder.resolve("model.safetensors"), file.array());
    return SafetensorsHeader.read(path).get(0);
  }

  private static WeightData weights(StoredTensor tensor, StoredSlice slice) {
    return weights(tensor, slice, tensor.shape());
  }

  private static WeightData weights(StoredTensor tensor, StoredSlice slice, List<Long> shape) {
    ShardIndex files = new ShardIndex(List.of(tensor.file()), List.of(), new TreeMap<>());
    return new MappedWeights(Weights.open(files), Map.of("w", slice), Map.of("w", shape));
  }

  private static byte[] bytes(WeightData data, NumberFormat format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (WritableByteChannel channel = Channels.newChannel(out)) {
      data.write("w", format, channel);
    }
    return out.toByteArray();
  }

  private static float[] floats(byte[] bytes) {
    return floats(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
