package dev.lacuna.runtime.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureTextTest {

  private static String text(String message) {
    return FailureText.of(new IllegalStateException(message));
  }

  @Test
  void shouldLeaveOutPathsAndHostsWhenTheMessageHasThem() {
    assertThat(
            text(
                "CUDA failure 700: an illegal memory access ; GPU=0 ; hostname=box17 ;"
                    + " file=/onnxruntime_src/a/b.cc ; line=175 ; expr=cudaMemcpy(p);"))
        .isEqualTo(
            "CUDA failure 700: an illegal memory access ; GPU=0 ; hostname=…;"
                + " file=…; line=175 ; expr=cudaMemcpy(p);");
    assertThat(text("can't read /srv/models/demo-1/model.onnx: gone"))
        .isEqualTo("can't read …: gone");
    assertThat(text("D:\\a\\_work\\bfc_arena.cc:376 failed")).isEqualTo("…:376 failed");
    assertThat(text("in ../core/x.cc at node Add_1 (3/4 done)")).doesNotContain("core");
  }

  @Test
  void shouldBeOneShortLineWhenTheMessageIsLong() {
    assertThat(text("a\n\tb " + "c".repeat(1_000_000))).startsWith("a b ccc").hasSize(200);
    assertThat(text(null)).isEqualTo("IllegalStateException");
    assertThat(text(" ")).isEqualTo("IllegalStateException");
  }
}
