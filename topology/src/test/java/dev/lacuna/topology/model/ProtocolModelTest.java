package dev.lacuna.topology.model;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.state.ActionChain;

/**
 * The protocol of intake, ticks, arming, pausing, checkpoints, drains, incarnations and fencing,
 * over a cluster whose every move is drawn; {@code -Dmodel.tries=100000} tries more. With a cure
 * taken out it finds what the cure is against.
 */
class ProtocolModelTest {

  private static final int ACTIONS = 60;

  private static void run(ActionChain<Cluster> actions) {
    new Quiescence(actions.withInvariant("after every action", Invariants::hold).run()).reached();
  }

  /** Passes over what else a missing cure breaks, so that shrinking doesn't end there. */
  private static void find(String wanted, ActionChain<Cluster> actions) {
    try {
      run(actions);
    } catch (AssertionError violated) {
      if (Falsifies.says(violated, wanted)) {
        throw violated;
      }
    }
  }

  @Provide
  static Arbitrary<ActionChain<Cluster>> product() {
    return Actions.chains(Rules.PRODUCT, ACTIONS);
  }

  @Property(tries = 3000)
  @AddLifecycleHook(Tries.class)
  void shouldAnswerEveryRequestOnceWhateverHappens(
      @ForAll("product") ActionChain<Cluster> actions) {
    run(actions);
  }

  @Provide
  static Arbitrary<ActionChain<Cluster>> armedAtOnce() {
    return Actions.chains(Rules.ARMED_AT_ONCE, ACTIONS);
  }

  @Property(tries = 3000)
  @AddLifecycleHook(Falsifies.class)
  @Found(value = "duplicate completion", under = Rules.ARMED_AT_ONCE)
  void shouldFindTheHoleWhenArmingIsTakenOut(@ForAll("armedAtOnce") ActionChain<Cluster> actions) {
    find("duplicate completion", actions);
  }

  @Provide
  static Arbitrary<ActionChain<Cluster>> controlPaused() {
    return Actions.chains(Rules.CONTROL_PAUSED, ACTIONS);
  }

  @Property(tries = 3000)
  @AddLifecycleHook(Falsifies.class)
  @Found(value = "stuck", under = Rules.CONTROL_PAUSED)
  void shouldFindTheDeadlockWhenControlIsPausedToo(
      @ForAll("controlPaused") ActionChain<Cluster> actions) {
    find("stuck", actions);
  }

  @Provide
  static Arbitrary<ActionChain<Cluster>> tasksWait() {
    return Actions.chains(Rules.TASKS_WAIT, ACTIONS);
  }

  @Property(tries = 3000)
  @AddLifecycleHook(Falsifies.class)
  @Found(value = "stuck", under = Rules.TASKS_WAIT)
  void shouldFindTheDeadlockWhenTasksWaitForPausedPartitions(
      @ForAll("tasksWait") ActionChain<Cluster> actions) {
    find("stuck", actions);
  }
}
