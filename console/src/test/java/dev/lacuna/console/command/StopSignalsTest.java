package dev.lacuna.console.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopSignalsTest {
  private static final int STATUS = 130;

  private final List<String> events = new ArrayList<>();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final StopSignals signals =
      new StopSignals(
          new PrintStream(err, true, StandardCharsets.UTF_8),
          status -> events.add("exit " + status),
          status -> events.add("halt " + status));

  @Test
  void shouldExitAndSaySoInOneLineWhenTheCleanUpThrows() {
    signals.onStop(
        () -> {
          throw new IllegalStateException("no\nway");
        },
        () -> {});

    signals.stop(STATUS);

    assertThat(events).containsExactly("exit 130");
    assertThat(text()).isEqualTo("error: stopping in order failed: no\n");
  }

  @Test
  void shouldExitWithZeroOnlyWhenTheCleanUpSaysThatAllWentInOrder() {
    signals.onCleanStop(() -> events.add("clean-up"), () -> {});
    signals.stop(STATUS);
    assertThat(events).containsExactly("clean-up", "exit 0");
  }

  @Test
  void shouldExitWithTheSignalsStatusWhenTheCleanUpWasNotInOrder() {
    signals.onCleanStop(() -> false, () -> {});
    signals.stop(STATUS);
    assertThat(events).containsExactly("exit 130");
  }

  @Test
  void shouldGiveUpOnTheThirdSignalOnly() {
    signals.onStop(() -> events.add("clean-up"), () -> events.add("give up"));

    signals.stop(STATUS);
    signals.stop(STATUS);
    assertThat(events).containsExactly("clean-up", "exit 130");
    assertThat(text()).isEqualTo("still stopping; press Ctrl-C again to give up\n");

    signals.stop(STATUS);
    assertThat(events).containsExactly("clean-up", "exit 130", "give up", "halt 130");
  }

  @Test
  void shouldHaltInOrderWhenNothingHasBegun() {
    signals.onStopAtOnce(() -> events.add("noted"));
    signals.stop(STATUS);

    assertThat(events).containsExactly("noted", "halt 0");
  }

  @Test
  void shouldHaltAtOnceWhenThereIsNothingToCleanUp() {
    signals.stop(STATUS);

    assertThat(events).containsExactly("halt 130");
  }

  private String text() {
    return err.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
