package dev.lacuna.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.testbed.Records;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectGoalTest {

  @Test
  void shouldTakeOnlyTheIdsThatItWaitsFor() {
    CollectGoal goal = CollectGoal.ids(List.of("a", "b"));

    assertThat(goal.takes(Records.completed("c", 1))).isFalse();
    assertThat(goal.takes(Records.completed("a", 1))).isTrue();
    assertThat(goal.isReached(false)).isFalse();
    assertThat(goal.missing()).isEqualTo("1 completion is missing: b");
    assertThat(goal.takes(Records.completed("a", 1))).as("a duplicate is shown").isTrue();
    assertThat(goal.isReached(false)).as("and not counted").isFalse();
    assertThat(goal.takes(Records.failed("b"))).isTrue();
    assertThat(goal.isReached(false)).isTrue();
  }

  @Test
  void shouldWaitForTimingsWhenTheyAreWanted() {
    CollectGoal goal = CollectGoal.ids(List.of("a"));
    goal.takes(Records.timing("a", 1, 2, 2));
    goal.takes(Records.completed("a", 2));

    assertThat(goal.isReached(false)).isTrue();
    assertThat(goal.isReached(true)).isFalse();
    assertThat(goal.missing()).isEqualTo("step timings are missing");
    assertThat(goal.takes(Records.timing("a", 1, 1, 2))).isTrue();
    assertThat(goal.isReached(true)).isTrue();
  }

  @Test
  void shouldStopAtACountWhenOneIsGiven() {
    CollectGoal goal = CollectGoal.count(2);

    assertThat(goal.takes(Records.failed("a"))).isTrue();
    assertThat(goal.missing()).isEqualTo("1 of 2 completions came");
    assertThat(goal.takes(Records.failed("b"))).isTrue();
    assertThat(goal.takes(Records.failed("c"))).isFalse();
    assertThat(goal.isReached(false)).isTrue();
  }
}
