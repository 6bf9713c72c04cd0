package dev.lacuna.runtime.onnx.folder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeFingerprintTest {

  @Test
  void shouldNameTheExtensionsInOneOrderWhenTheSystemTellsThem(@TempDir Path folder)
      throws IOException {
    Path x86 = Files.writeString(folder.resolve("x86"), "model : 1\nflags\t\t: fpu fma avx2 avx\n");
    assertThat(RuntimeFingerprint.instructions(x86, "amd64")).isEqualTo("amd64+avx+avx2+fma");
    Path arm = Files.writeString(folder.resolve("arm"), "Features\t: fp asimd sve\n");
    assertThat(RuntimeFingerprint.instructions(arm, "aarch64")).isEqualTo("aarch64+asimd+sve");
  }

  @Test
  void shouldNameTheArchitectureAloneWhenTheSystemTellsNothing(@TempDir Path folder) {
    assertThat(RuntimeFingerprint.instructions(folder.resolve("none"), "aarch64"))
        .isEqualTo("aarch64");
  }

  @Test
  void shouldReadTheDeviceWhenItIsKnown() {
    assertThat(DeviceChoice.parse("cpu")).isEqualTo(Checked.valid(new DeviceChoice.Cpu()));
    assertThat(DeviceChoice.parse("auto")).isEqualTo(Checked.valid(new DeviceChoice.Auto()));
    assertThat(DeviceChoice.parse("cuda")).isEqualTo(Checked.valid(new DeviceChoice.Cuda(0)));
    assertThat(DeviceChoice.parse("cuda:3")).isEqualTo(Checked.valid(new DeviceChoice.Cuda(3)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:x", "cuda:99999", "CPU "})
  void shouldRefuseTheDeviceWhenItIsUnknown(String text) {
    assertThat(DeviceChoice.parse(text)).isInstanceOf(Checked.Refused.class);
  }
}
