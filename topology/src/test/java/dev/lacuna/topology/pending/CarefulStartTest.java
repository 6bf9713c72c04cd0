package dev.lacuna.topology.pending;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CarefulStartTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long START = -3 * SECOND; // the monotonic clock may stand anywhere

  private final CarefulStart start = new CarefulStart(Duration.ofSeconds(60), 5);

  @Test
  void shouldBeOverOnceItCouldReadForItsTime() {
    start.look(START, true);
    start.look(START + 59 * SECOND, true);
    assertThat(start.over()).isFalse();
    start.look(START + 60 * SECOND, true);
    assertThat(start.over()).isTrue();
  }

  @Test
  void shouldNotCountTimeAtTheCapOfAcceptedWork() {
    start.look(START, true);
    start.look(START + 10 * SECOND, false);
    start.look(START + 1000 * SECOND, true);
    assertThat(start.over()).isFalse();
    start.look(START + 1049 * SECOND, true);
    assertThat(start.over()).isFalse();
    start.look(START + 1050 * SECOND, true);
    assertThat(start.over()).isTrue();
  }

  @Test
  void shouldBeOverWhenMoreWasReadThanCanHaveBeenUncommitted() {
    start.look(START, true);
    for (int request = 0; request < 5; request++) {
      start.requestRead();
    }
    assertThat(start.over()).isFalse();
    start.requestRead();
    assertThat(start.over()).isTrue();
  }
}
