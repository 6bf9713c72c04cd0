package dev.lacuna.topology.pending;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AloneTurnTest {
  private final AloneTurn turn = new AloneTurn();
  private final Object a = new Object();
  private final Object b = new Object();

  @Test
  void shouldBelongToOneUntilItIsGivenBack() {
    assertThat(turn.taken()).isFalse();
    assertThat(turn.ask(a)).isTrue();
    assertThat(turn.ask(b)).isFalse();
    assertThat(turn.ask(a)).as("still its own").isTrue();
    turn.giveBack(a);
    assertThat(turn.ask(a)).as("behind the other now").isFalse();
    assertThat(turn.ask(b)).isTrue();
    turn.giveBack(b);
    assertThat(turn.ask(a)).isTrue();
    turn.giveBack(a);
    assertThat(turn.taken()).isFalse();
  }

  @Test
  void shouldNotWaitForOneThatLeftTheLine() {
    Object c = new Object();
    turn.ask(a);
    turn.ask(b);
    turn.ask(c);
    turn.giveBack(b);
    turn.giveBack(b);
    turn.giveBack(a);
    assertThat(turn.ask(c)).isTrue();
  }
}
