package dev.lacuna.topology.pending;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WaveTest {
  private final Wave wave = new Wave(8);

  @Test
  void shouldBeSharedEvenlyByTheTasksThatHaveSomeWaiting() {
    assertThat(wave.shareOf("a")).isEqualTo(8);
    assertThat(wave.shareOf("b")).isEqualTo(4);
    assertThat(wave.shareOf("a")).isEqualTo(4);
    wave.leave("a");
    assertThat(wave.shareOf("b")).isEqualTo(8);
  }

  @Test
  void shouldLeaveEachTaskOneWhenThereAreMoreTasksThanPlaces() {
    for (int task = 0; task < 20; task++) {
      wave.shareOf(task);
    }
    assertThat(wave.shareOf(0)).isEqualTo(1);
  }
}
