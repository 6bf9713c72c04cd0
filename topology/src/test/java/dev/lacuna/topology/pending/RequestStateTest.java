package dev.lacuna.topology.pending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.topology.pending.RequestState.Accepted;
import dev.lacuna.topology.pending.RequestState.Running;
import dev.lacuna.topology.pending.RequestState.Settled;
import dev.lacuna.topology.pending.RequestState.Stopping;
import dev.lacuna.topology.pending.RequestState.Suspended;
import dev.lacuna.topology.pending.RequestState.Suspending;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The whole table of transitions. */
class RequestStateTest {
  private static final Ending FAILED = Ending.failed(new Refusal("CODE", "field", "message"));

  @Example
  void shouldGoOneWayFromAcceptedToSettled() {
    RequestState accepted = RequestState.ACCEPTED;
    assertThat(accepted.begin()).isEqualTo(new Running());
    assertThat(accepted.end(FAILED)).isEqualTo(new Settled(FAILED));
    assertThat(accepted.suspend()).isEqualTo(new Suspended());
    assertThatThrownBy(() -> accepted.runsOver(true)).isInstanceOf(IllegalStateException.class);

    RequestState running = new Running();
    assertThat(running.end(Ending.EXPIRED)).isEqualTo(new Stopping(Ending.EXPIRED));
    assertThat(running.suspend()).isEqualTo(new Suspending());
    assertThat(running.runsOver(true)).isEqualTo(new Settled(Ending.COMPLETED));
    assertThatThrownBy(() -> running.runsOver(false)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(running::begin).isInstanceOf(IllegalStateException.class);
  }

  @Example
  void shouldKeepTheFirstReasonWhileItStops() {
    RequestState stopping = new Stopping(Ending.CANCELLED);
    assertThat(stopping.end(FAILED)).isEqualTo(stopping);
    assertThat(stopping.suspend()).as("it is answered before the worker ends").isEqualTo(stopping);
    assertThat(stopping.runsOver(true)).isEqualTo(new Settled(Ending.CANCELLED));
    assertThat(stopping.runsOver(false)).isEqualTo(new Settled(Ending.CANCELLED));
    assertThatThrownBy(stopping::begin).isInstanceOf(IllegalStateException.class);
  }

  @Example
  void shouldBeLeftToTheNextOwnerOnlyIfStepsAreLeft() {
    RequestState suspending = new Suspending();
    assertThat(suspending.suspend()).isEqualTo(suspending);
    assertThat(suspending.end(FAILED)).isEqualTo(new Stopping(FAILED));
    assertThat(suspending.runsOver(true)).isEqualTo(new Settled(Ending.COMPLETED));
    RequestState suspended = suspending.runsOver(false);
    assertThat(suspended).isEqualTo(new Suspended());
    assertThat(suspended.suspend()).isEqualTo(suspended);
    assertThat(suspended.end(Ending.CANCELLED)).isEqualTo(new Settled(Ending.CANCELLED));
    assertThatThrownBy(() -> suspended.runsOver(true)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(suspended::begin).isInstanceOf(IllegalStateException.class);
  }

  @Property
  void shouldNeverGoBackAndStaySettledWhateverComes(
      @ForAll @Size(max = 20) List<@IntRange(max = 4) Integer> events) {
    List<UnaryOperator<RequestState>> all =
        List.of(
            RequestState::begin,
            state -> state.end(FAILED),
            RequestState::suspend,
            state -> state.runsOver(true),
            state -> state.runsOver(false));
    RequestState state = RequestState.ACCEPTED;
    for (int event : events) {
      RequestState before = state;
      try {
        state = all.get(event).apply(before);
      } catch (IllegalStateException impossible) {
        continue;
      }
      assertThat(state).isNotInstanceOf(Accepted.class);
      if (before instanceof Settled) {
        assertThat(state).isEqualTo(before);
      }
    }
  }
}
