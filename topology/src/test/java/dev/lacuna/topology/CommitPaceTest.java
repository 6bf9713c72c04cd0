package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.process.CommitPace;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitPaceTest {
  private static final long GAP = Duration.ofMillis(100).toNanos();
  private static final long START = -7; // the monotonic clock may stand anywhere

  private final CommitPace pace = new CommitPace(Duration.ofNanos(GAP));

  @Test
  void shouldGrantTheFirstAtOnceAndTheNextWhenTheGapIsOver() {
    assertThat(pace.grant(START)).isTrue();
    assertThat(pace.grant(START + GAP - 1)).isFalse();
    assertThat(pace.grant(START + GAP)).isTrue();
    assertThat(pace.grant(START + GAP + GAP / 2)).isFalse();
  }

  @Test
  void shouldGrantToOtherTasksOfTheSameTurn() {
    assertThat(pace.grant(START)).isTrue();
    assertThat(pace.grant(START + Duration.ofMillis(9).toNanos())).isTrue();
    assertThat(pace.grant(START + Duration.ofMillis(10).toNanos())).isFalse();
  }
}
