package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.checkpoint.TestCheckpoint;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import dev.lacuna.runtime.onnx.folder.RuntimeFingerprint;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.session.Int8Kernels.Form;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** int8 runs where and how its sums are exact. */
class Int8KernelsTest {

  private static final ForwardPassOptions OPTIONS = ForwardPassOptions.defaults().withThreads(1);

  @Test
  void shouldFindAFormThatIsExactOnThisMachine() {
    Form found =
        Int8Kernels.find(
            () -> Int8Probe.isExact(Form.SIGNED), () -> Int8Probe.isExact(Form.UNSIGNED));
    assertThat(Int8Probe.isExact(found)).isTrue();
  }

  @Test
  void shouldTakeUnsignedWeightsOnlyWhenSignedOnesAreCutOff() {
    assertThat(Int8Kernels.find(() -> true, () -> false)).isEqualTo(Form.SIGNED);
    assertThat(Int8Kernels.find(() -> false, () -> true)).isEqualTo(Form.UNSIGNED);
    assertThatThrownBy(() -> Int8Kernels.find(() -> false, () -> false))
        .isInstanceOf(ForwardPassException.class)
        .hasMessageContaining("dtype is int8")
        .hasMessageContaining("use dtype=fp32");
  }

  @Test
  void shouldSeeWhenPairsOfProductsAreCutOffAt16Bits() {
    boolean seen =
        IntStream.range(0, Int8Probe.OUT)
            .anyMatch(out -> pairwise(0, out) != Int8Probe.sum(0, out));
    assertThat(seen).as("with one row").isTrue();
    seen =
        IntStream.range(0, Int8Probe.OUT)
            .anyMatch(out -> pairwise(1, out) != Int8Probe.sum(1, out));
    assertThat(seen).as("in a row of mixed numbers").isTrue();
  }

  /** What AVX2's vpmaddubsw makes of it: pairs of products are added in 16 bits with saturation. */
  private static float pairwise(int row, int out) {
    long sum = 0;
    long weights = 0;
    for (int i = 0; i < Int8Probe.IN; i += 2) {
      long pair = 0;
      for (int k = i; k < i + 2; k++) {
        pair += (long) Int8Probe.number(row, k) * Int8Probe.weight(out, k);
        weights += Int8Probe.weight(out, k);
      }
      sum += Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, pair));
    }
    return (float) (sum - 128 * weights);
  }

  @Test
  void shouldRefuseCudaWithTheCureAndTakeTheCpuWhenAutoIsAskedFor(@TempDir Path folder) {
    ForwardPassOptions int8 = OPTIONS.withDtype(Optional.of(NumberFormat.INT8));
    Path checkpoint = TestCheckpoint.of(40, 16).write(folder);
    assertThatThrownBy(
            () -> Checkpoints.open(checkpoint, "m", int8.withDevice(new DeviceChoice.Cuda(1))))
        .isInstanceOf(ForwardPassException.class)
        .hasMessageContaining("device is cuda:1, but dtype int8 runs on the CPU only; use fp16");
    assertThat(Int8Kernels.placed("int8", OPTIONS.withDevice(new DeviceChoice.Auto())).device())
        .isEqualTo(new DeviceChoice.Cpu());
    assertThatCode(() -> Int8Kernels.placed("fp16", OPTIONS.withDevice(new DeviceChoice.Cuda(1))))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldNameTheNumbersInTheFingerprint(@TempDir Path folder) {
    Path checkpoint = TestCheckpoint.of(40, 16).write(folder);
    RuntimeFingerprint whole = fingerprint(checkpoint, OPTIONS);
    RuntimeFingerprint small =
        fingerprint(checkpoint, OPTIONS.withDtype(Optional.of(NumberFormat.INT8)));
    assertThat(small.format()).isEqualTo("int8");
    assertThat(whole.format()).isEqualTo("fp32");
    assertThat(small.toString()).isEqualTo(whole.toString().replace(" fp32 ", " int8 "));
    assertThat(fingerprint(checkpoint, OPTIONS.withDtype(Optional.of(NumberFormat.FP32))))
        .isEqualTo(whole);
  }

  private static RuntimeFingerprint fingerprint(Path checkpoint, ForwardPassOptions options) {
    OpenedCheckpoint opened = Checkpoints.open(checkpoint, "m", options);
    opened.forwardPass().close();
    return opened.fingerprint();
  }
}
