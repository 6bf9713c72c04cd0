package dev.lacuna.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StartTimesTest {

  @Test
  void shouldNameEveryPartAndAddThemUpWhenReached() {
    AtomicLong millis = new AtomicLong(5_000);
    StartTimes times =
        new StartTimes("jvm", 300, () -> TimeUnit.MILLISECONDS.toNanos(millis.get()));
    millis.addAndGet(900);
    times.reached("models");
    millis.addAndGet(40);
    times.reached("registry");
    assertThat(times.parts()).isEqualTo("jvm=300 models=900 registry=40");
    assertThat(times.totalMillis()).isEqualTo(1_240);
  }
}
