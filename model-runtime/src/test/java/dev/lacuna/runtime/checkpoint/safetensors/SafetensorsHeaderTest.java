package dev.lacuna.runtime.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsHeaderTest {

  private static final String A = "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";

  @TempDir private Path folder;

  @Test
  void shouldReadEveryTensorWhenTheFileIsSound() throws IOException {
    Path file = file("{'__metadata__':{'format':'pt'}," + A + "," + half("b", 8, 12) + "}", 12);
    assertThat(SafetensorsHeader.read(file))
        .extracting(StoredTensor::name, StoredTensor::type, StoredTensor::bytes)
        .containsExactly(tuple("a", ElementType.F32, 8L), tuple("b", ElementType.F16, 4L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,9]}} | 8 | tensor a has data_offsets",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | 8 | tensor a has data_offsets",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}} | 8 | tensor a has data_offsets",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,9223372036854775807]}} | 8 | within the"
            + " file's 8 bytes",
        "{'a':{'dtype':'F32','shape':[2]}} | 8 | tensor a has data_offsets",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | 8 | expected 12 for F32[3]",
        "{'a':{'dtype':'F32','shape':'x','data_offsets':[0,8]}} | 8 | tensor a has shape",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | 8 | tensor a has shape",
        "{'a':{'dtype':'F32','shape':[9999999999,9999999999],'data_offsets':[0,8]}} | 8 | more"
            + " elements than can be counted",
        "{'a':{'dtype':'F32','shape':[2.5],'data_offsets':[0,8]}} | 8 | tensor a has shape",
        "{'a':{'dtype':'Q4','shape':[2],'data_offsets':[0,8]}} | 8 | tensor a has dtype \"Q4\"",
        "{'a':{'shape':[2],'data_offsets':[0,8]}} | 8 | tensor a has dtype",
        "{'a':7} | 8 | tensor a has dtype",
        "[1] | 8 | expected an object",
        "{'a' | 8 | isn't valid JSON",
        "nonsense | 8 | isn't valid JSON",
        "{'a':1,'a':2} | 8 | isn't valid JSON",
        "{} | 8 | holds 8 bytes of data, expected 0",
      })
  void shouldRefuseTheHeaderWhenItIsWrong(String json, int dataBytes, String message)
      throws IOException {
    Path file = file(json, dataBytes);
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseTheHeaderWhenTensorsOverlapOrLeaveAGap() throws IOException {
    Path overlap = file("{" + A + "," + half("b", 4, 8) + "}", 8);
    assertThatThrownBy(() -> SafetensorsHeader.read(overlap))
        .hasMessageContaining("tensor b begins at byte 4 of the data, expected 8");
    Path gap = file("{" + A + "," + half("b", 12, 16) + "}", 16);
    assertThatThrownBy(() -> SafetensorsHeader.read(gap))
        .hasMessageContaining("tensor b begins at byte 12 of the data, expected 8");
  }

  @Test
  void shouldRefuseTheFileWhenItsStatedHeaderLengthCantBe() throws IOException {
    for (long length : new long[] {Long.MAX_VALUE, -1, 100_000_001, 1, 0, 60}) {
      ByteBuffer bytes = ByteBuffer.allocate(50).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Path file = Files.write(folder.resolve("h.safetensors"), bytes.array());
      assertThatThrownBy(() -> SafetensorsHeader.read(file))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("states a header of " + Long.toUnsignedString(length) + " bytes");
    }
    Path tiny = Files.write(folder.resolve("t.safetensors"), new byte[7]);
    assertThatThrownBy(() -> SafetensorsHeader.read(tiny)).hasMessageContaining("7 bytes long");
  }

  @Test
  void shouldRefuseTheFileWhenItIsCutShortAnywhere() throws IOException {
    byte[] whole = Files.readAllBytes(file("{" + A + "}", 8));
    for (int length = 0; length < whole.length; length++) {
      Path cut = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafetensorsHeader.read(cut))
          .as("cut to %d of %d bytes", length, whole.length)
          .isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void shouldWidenEveryHalfExactlyWhenReadingF16AndBf16() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits : new int[] {0x3c00, 0xc000, 0x0001, 0x7bff}) {
      data.putShort((short) bits);
    }
    for (int bits : new int[] {0x3f80, 0xc000, 0x0001, 0x7f7f}) {
      data.putShort((short) bits);
    }
    String json =
        "{'f':{'dtype':'F16','shape':[4],'data_offsets':[0,8]},"
            + "'b':{'dtype':'BF16','shape':[4],'data_offsets':[8,16]}}";
    WeightData weights = asStored(file(json, data.array()), "f", 4, "b", 4);
    assertThat(floats(Widened.of(weights, "f"))).containsExactly(1f, -2f, 0x1p-24f, 65504f);
    assertThat(floats(Widened.of(weights, "b")))
        .containsExactly(1f, -2f, Float.intBitsToFloat(0x10000), Float.intBitsToFloat(0x7f7f0000));
  }

  @Property
  void shouldAgreeWithTheFormulaWhenWideningAnyF16(@ForAll @IntRange(max = 0xffff) int bits) {
    int exponent = bits >> 10 & 31;
    int mantissa = bits & 1023;
    double magnitude =
        exponent == 0 ? mantissa * 0x1p-24 : (1024 + mantissa) * Math.pow(2, exponent - 25);
    float expected = (float) ((bits & 0x8000) == 0 ? magnitude : -magnitude);
    float found = HalfFloats.fromF16((short) bits);
    if (exponent == 31) {
      assertThat(Float.isFinite(found)).isFalse();
    } else {
      assertThat(Float.floatToRawIntBits(found)).isEqualTo(Float.floatToRawIntBits(expected));
    }
  }

  @Test
  void shouldRefuseTheTensorWhenAWeightIsNotFinite() throws IOException {
    byte[] data =
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(1)
            .putFloat(Float.NaN)
            .array();
    WeightData weights = asStored(file("{" + A + "}", data), "a", 2);
    assertThatThrownBy(() -> Widened.of(weights, "a"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor a holds NaN at element 1");
  }

  @Test
  void shouldRefuseTheShardsWhenATensorStandsInTwo() throws IOException {
    Path one = Files.copy(file("{" + A + "}", 8), folder.resolve("one.safetensors"));
    Path two = Files.copy(one, folder.resolve("two.safetensors"));
    assertThatThrownBy(() -> open(one, two))
        .hasMessageContaining("tensor a stands in")
        .hasMessageContaining("one.safetensors");
  }

  private static Weights open(Path... files) {
    return Weights.open(new ShardIndex(List.of(files), List.of(), new TreeMap<>()));
  }

  /** Vectors of given names and lengths under their own names. */
  private static WeightData asStored(Path file, Object... namesAndLengths) {
    Map<String, StoredSlice> slices = new LinkedHashMap<>();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (int i = 0; i < namesAndLengths.length; i += 2) {
      String name = (String) namesAndLengths[i];
      List<Long> shape = List.of(((Integer) namesAndLengths[i + 1]).longValue());
      shapes.put(name, shape);
      slices.put(name, StoredSlice.whole(name, shape));
    }
    return new MappedWeights(open(file), slices, shapes);
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static String half(String name, int from, int to) {
    return "'%s':{'dtype':'F16','shape':[2],'data_offsets':[%d,%d]}".formatted(name, from, to);
  }

  private Path file(String json, int dataBytes) throws IOException {
    return file(json, new byte[dataBytes]);
  }

  private Path file(String json, byte[] data) throws IOException {
    byte[] header = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).put(data);
    return Files.write(folder.resolve("model.safetensors"), bytes.array());
  }
}
