package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.topology.TopologySettings.Durability;
import dev.lacuna.topology.fakes.FakeEngine.ProcessDied;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.pending.Recovery;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final int ACTIONS_MAX = 20_000;
  private static final long KILLER_SEED = 1;

  /** A worker's lives over the topics and changelogs of a task. */
  private static final class World {
    private final Random random;
    private final List<GenerationRequest> records = new ArrayList<>();
    private final Committed committed = new Committed();
    private final int deadlyStep;
    private int killsLeft;
    private int killsFromOutsideLeft;
    private int actions;
    private int read;
    private int readCommitted;
    private int killersDeathsAlone; // in a row, none with a step committed while it was alone
    private boolean killerProgressed; // in this life
    private int killersSteps;
    private int killersDeathsAloneMost;

    World(long seed, int requests, int deadlyStep, int kills, int killsFromOutside) {
      this.random = new Random(seed);
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
        parts.recovery =
            Recovery.of(1 + random.nextInt(3), Duration.ofMillis(random.nextInt(4) * 200L));
        parts.engine.deadly = this::deadly;
        read = readCommitted;
        killerProgressed = false;
        try {
          live(parts);
        } catch (ProcessDied died) {
          if (parts.engine.alone() > 0 && killerRuns(parts) && !killerProgressed) {
            killersDeathsAlone++;
          }
          killersDeathsAloneMost = Math.max(killersDeathsAloneMost, killersDeathsAlone);
        }
      }
    }

    private boolean deadly(RunSpec spec, int step) {
      if (spec.settings().seed() == KILLER_SEED && step == deadlyStep && killsLeft > 0) {
        killsLeft--;
        return true;
      }
      return false;
    }

    /** Only meaningful while one is alone: then it is the last that was submitted. */
    private static boolean killerRuns(TestParts parts) {
      List<RunSpec> submitted = parts.engine.submitted();
      return submitted.get(submitted.size() - 1).settings().seed() == KILLER_SEED;
    }

    private void live(TestParts parts) {
      TaskLife task = new TaskLife(parts, committed);
      task.tick();
      while (committed.completions.size() < records.size()) {
        assertThat(actions++).as("nothing comes to an end").isLessThan(ACTIONS_MAX);
        act(parts, task, random.nextInt(100));
      }
    }

    private void act(TestParts parts, TaskLife task, int dice) {
      if (dice < 30) {
        parts.engine.step();
      } else if (dice < 60) {
        task.punctuate(TestParts.DRAIN_INTERVAL);
      } else if (dice < 80) {
        task.commit();
        readCommitted = read;
        countKillersSteps();
      } else if (dice < 98) {
        if (read < records.size()) {
          task.submit(records.get(read++));
        }
      } else if (killsFromOutsideLeft > 0) {
        killsFromOutsideLeft--;
        throw new ProcessDied();
      }
    }

    private void countKillersSteps() {
      byte[] progress = committed.value("progress", "r" + KILLER_SEED);
      if (progress != null) {
        int steps =
            ProgressCodec.decode(progress).samples().stream()
                .mapToInt(sample -> sample.run().stepsTotal())
                .sum();
        if (steps > killersSteps) {
          killersSteps = steps;
          killersDeathsAlone = 0;
          killerProgressed = true;
        }
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
      @ForAll @IntRange(max = ATTEMPTS_MAX - 1) int killsFromOutside) {
    World calm = new World(seed, requests, deadlyStep, 0, 0);
    calm.run();
    World world = new World(seed, requests, deadlyStep, Integer.MAX_VALUE, killsFromOutside);
    world.run();

    GenerationCompletion killer = world.completion("r1");
    assertThat(killer.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(killer.getError().getCode()).isEqualTo(ErrorCodes.CRASHED);
    // A kill from outside right after an attempt was committed is taken for one of its own.
    assertThat(world.killersDeathsAloneMost)
        .isBetween(ATTEMPTS_MAX - killsFromOutside, ATTEMPTS_MAX);
    world.checkTimings(killer);
    shouldCompleteUndisturbed(world, calm, 2, requests);
    assertThat(world.committed.stored()).isZero();
  }

  @Property(tries = 300)
  void shouldFailItOnlyIfItDiedAloneOftenEnoughInARow(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 7) int requests,
      @ForAll @IntRange(min = 1, max = STEPS) int deadlyStep,
      @ForAll @IntRange(max = 2 * ATTEMPTS_MAX) int kills,
      @ForAll @IntRange(max = ATTEMPTS_MAX - 1) int killsFromOutside) {
    World calm = new World(seed, requests, deadlyStep, 0, 0);
    calm.run();
    World world = new World(seed, requests, deadlyStep, kills, killsFromOutside);
    world.run();

    GenerationCompletion killer = world.completion("r1");
    boolean failed = killer.getStatus() == CompletionStatus.FAILED;
    if (world.killersDeathsAloneMost >= ATTEMPTS_MAX) {
      assertThat(failed).isTrue();
    }
    if (failed) {
      assertThat(world.killersDeathsAloneMost)
          .isBetween(ATTEMPTS_MAX - killsFromOutside, ATTEMPTS_MAX);
    }
    shouldCompleteUndisturbed(world, calm, failed ? 2 : 1, requests);
    assertThat(world.committed.stored()).isZero();
  }
}
