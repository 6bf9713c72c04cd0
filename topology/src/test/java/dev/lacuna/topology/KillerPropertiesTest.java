package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.topology.fakes.FakeEngine.ProcessDied;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TopologySettings.Durability;
import dev.lacuna.topology.store.DeathNote;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * One request among others kills the process at one of its steps, some times or always, and the
 * process is killed from outside at other times: who is answered what.
 */
class KillerPropertiesTest {
  private static final int ATTEMPTS_MAX = 3;
  private static final int STEPS = 4;

  /** Two samples of the killer, each of which may have a death in company of its own. */
  private static final int IN_COMPANY_MAX = 4;

  private static final int ACTIONS_MAX = 20_000;
  private static final long KILLER_SEED = 1;

  /** A worker's lives over the topics and changelogs of a task. */
  private static final class World {
    private final Random random;
    private final List<GenerationRequest> records = new ArrayList<>();
    private final Committed committed = new Committed();
    private final int deadlyStep;
    private final boolean lateNotes;
    private final List<DeathNote> untold = new ArrayList<>();
    private final List<DeathNote> told = new ArrayList<>();
    private int killsLeft;
    private int killsFromOutsideLeft;
    private boolean killedFromOutside;
    private int actions;
    private int read;
    private int readCommitted;
    private int killersDeaths;

    World(
        long seed,
        int requests,
        int deadlyStep,
        int kills,
        int killsFromOutside,
        boolean lateNotes) {
      this.random = new Random(seed);
      this.lateNotes = lateNotes;
      this.deadlyStep = deadlyStep;
      this.killsLeft = kills;
      this.killsFromOutsideLeft = killsFromOutside;
      for (int i = 1; i <= requests; i++) {
        records.add(
            Requests.request("r" + i)
                .setSampling(Sampling.newBuilder().setSteps(STEPS).setSeed((long) i).build())
                .setSamples(1 + i % 2)
                .build());
      }
    }

    /** Lives follow each other until everything is answered. */
    void run() {
      while (committed.completions.size() < records.size()) {
        TestParts parts = new TestParts();
        parts.durability =
            new Durability(Duration.ofMillis(5 + random.nextInt(20)), ATTEMPTS_MAX, false);
        parts.engine.deadly = this::deadly;
        read = readCommitted;
        killedFromOutside = false;
        try {
          live(parts);
        } catch (ProcessDied died) {
          untold.addAll(parts.flightLog.deathNotes());
        }
      }
    }

    private boolean deadly(RunSpec spec, int step) {
      if (killedFromOutside) {
        return true;
      }
      if (spec.settings().seed() == KILLER_SEED && step == deadlyStep && killsLeft > 0) {
        killsLeft--;
        killersDeaths++;
        return true;
      }
      return false;
    }

    private void live(TestParts parts) {
      TaskLife task = new TaskLife(parts, committed);
      tell(task);
      task.tick();
      while (committed.completions.size() < records.size()) {
        assertThat(actions++).as("nothing comes to an end").isLessThan(ACTIONS_MAX);
        act(parts, task, random.nextInt(100));
      }
    }

    /** Tells what was not told: all of it, or some of it late, and some of it again. */
    private void tell(TaskLife task) {
      Collections.shuffle(untold, random);
      List<DeathNote> now = new ArrayList<>(untold);
      if (lateNotes) {
        now.removeIf(note -> random.nextInt(4) == 0);
        told.stream().filter(note -> random.nextInt(4) == 0).forEach(now::add);
      }
      task.read(now);
      if (random.nextBoolean()) {
        task.commit(); // otherwise they are read again
        untold.removeAll(now);
      }
      told.addAll(now);
    }

    private void act(TestParts parts, TaskLife task, int dice) {
      if (dice < 30) {
        parts.engine.step();
      } else if (dice < 60) {
        task.punctuate(TestParts.DRAIN_INTERVAL);
      } else if (dice < 80) {
        task.commit();
        readCommitted = read;
        untold.removeAll(told);
      } else if (dice < 98) {
        if (read < records.size()) {
          task.submit(records.get(read++));
        }
      } else if (killsFromOutsideLeft > 0) {
        killsFromOutsideLeft--;
        killedFromOutside = true;
        parts.engine.step(); // in a forward pass, if there is anything to do
        throw new ProcessDied();
      }
    }

    GenerationCompletion completion(String id) {
      List<GenerationCompletion> all =
          committed.completions.stream().filter(one -> one.getId().equals(id)).toList();
      assertThat(all).as("answers of %s", id).hasSize(1);
      return all.get(0);
    }

    /** Each step that was run and counted is published exactly once. */
    void checkTimings(GenerationCompletion completion) {
      List<String> published =
          committed.timings.stream()
              .filter(timing -> timing.getId().equals(completion.getId()))
              .map(timing -> timing.getSample() + "/" + timing.getStep())
              .toList();
      assertThat(published).doesNotHaveDuplicates().hasSize(completion.getTimingsTotal());
      if (completion.getStatus() == CompletionStatus.COMPLETED) {
        int samples = completion.getSamples().size();
        assertThat(published)
            .containsExactlyInAnyOrderElementsOf(
                IntStream.rangeClosed(1, samples)
                    .boxed()
                    .flatMap(
                        sample ->
                            IntStream.rangeClosed(1, STEPS).mapToObj(step -> sample + "/" + step))
                    .toList());
      }
    }
  }

  private static void shouldCompleteUndisturbed(World world, World calm, int from, int requests) {
    for (int i = from; i <= requests; i++) {
      GenerationCompletion completion = world.completion("r" + i);
      assertThat(completion.getStatus()).as("r%d", i).isEqualTo(CompletionStatus.COMPLETED);
      assertThat(completion.getSamples()).isEqualTo(calm.completion("r" + i).getSamples());
      world.checkTimings(completion);
    }
  }

  @Property(tries = 300)
  void shouldFailExactlyTheRequestThatAlwaysKillsAndCompleteAllOthers(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 7) int requests,
      @ForAll @IntRange(min = 1, max = STEPS) int deadlyStep,
      @ForAll @IntRange(max = ATTEMPTS_MAX - 1) int killsFromOutside,
      @ForAll boolean lateNotes) {
    World calm = new World(seed, requests, deadlyStep, 0, 0, false);
    calm.run();
    World world =
        new World(seed, requests, deadlyStep, Integer.MAX_VALUE, killsFromOutside, lateNotes);
    world.run();

    GenerationCompletion killer = world.completion("r1");
    assertThat(killer.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(killer.getError().getCode()).isEqualTo(ErrorCodes.CRASHED);
    // A kill from outside while it is alone is taken for one of its own.
    assertThat(world.killersDeaths).isGreaterThanOrEqualTo(ATTEMPTS_MAX - killsFromOutside);
    if (!lateNotes) {
      assertThat(world.killersDeaths).isLessThanOrEqualTo(IN_COMPANY_MAX + ATTEMPTS_MAX);
    }
    world.checkTimings(killer);
    shouldCompleteUndisturbed(world, calm, 2, requests);
  }

  @Property(tries = 300)
  void shouldCompleteAllWhenItKillsLessOften(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 7) int requests,
      @ForAll @IntRange(min = 1, max = STEPS) int deadlyStep,
      @ForAll @IntRange(max = ATTEMPTS_MAX - 1) int kills,
      @ForAll boolean lateNotes) {
    World calm = new World(seed, requests, deadlyStep, 0, 0, false);
    calm.run();
    World world = new World(seed, requests, deadlyStep, kills, ATTEMPTS_MAX - 1 - kills, lateNotes);
    world.run();
    shouldCompleteUndisturbed(world, calm, 1, requests);
  }
}
