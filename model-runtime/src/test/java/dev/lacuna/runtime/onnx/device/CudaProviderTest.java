package dev.lacuna.runtime.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CudaProviderTest {

  @Test
  void shouldLimitMemoryOnlyWhenALimitIsSet() {
    assertThat(CudaProvider.options(CudaSettings.DEFAULT))
        .containsEntry("use_tf32", "0")
        .containsEntry("arena_extend_strategy", "kSameAsRequested")
        .doesNotContainKey("gpu_mem_limit");
    assertThat(CudaProvider.options(new CudaSettings(1L << 33, CudaSettings.OnCpu.WARN)))
        .containsEntry("gpu_mem_limit", "8589934592");
  }

  @Test
  void shouldRefuseALimitThatIsNegative() {
    assertThatThrownBy(() -> new CudaSettings(-1, CudaSettings.OnCpu.WARN))
        .hasMessageContaining("memoryMaxBytes is -1");
  }
}
