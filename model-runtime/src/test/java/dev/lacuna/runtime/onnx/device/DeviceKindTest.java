package dev.lacuna.runtime.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceKindTest {

  @Test
  void shouldBeTheCardsNameWhenTheDriverTellsIt() {
    assertThat(DeviceKind.of("cuda:1", index -> Optional.of("NVIDIA H200 " + index)))
        .isEqualTo("cuda:NVIDIA-H200-1");
  }

  @Test
  void shouldBeTheSameForCardsOfOneNameWhateverTheirNumbers() {
    String first = DeviceKind.of("cuda:0", index -> Optional.of("NVIDIA L4"));
    assertThat(DeviceKind.of("cuda:7", index -> Optional.of("NVIDIA L4"))).isEqualTo(first);
    assertThat(DeviceKind.of("cuda:0", index -> Optional.of("NVIDIA H200"))).isNotEqualTo(first);
  }

  @Test
  void shouldBeTheNumberWhenTheDriverTellsNoName() {
    assertThat(DeviceKind.of("cuda:0", index -> Optional.empty())).isEqualTo("cuda:0");
  }

  @Test
  void shouldAskNoDriverWhenTheDeviceIsTheCpu() {
    assertThat(
            DeviceKind.of(
                "cpu",
                index -> {
                  throw new AssertionError("asked");
                }))
        .isEqualTo("cpu");
  }
}
