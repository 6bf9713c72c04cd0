package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.wire.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;

/** What a crash costs: device time of the forward passes that the next owner takes again. */
final class CheckpointPropertiesTest {
  private static final int REQUESTS = 6;
  private static final int STEPS = 12;

  /** One forward pass: what it took, and the step that it was for each of its runs. */
  private record Pass(long deviceMicros, Map<String, Integer> steps) {}

  private TestParts parts;
  private Committed committed;
  private final List<Pass> passes = new ArrayList<>();
  private final Map<String, Integer> stepsDone = new HashMap<>();

  @BeforeTry
  void begin() {
    parts = new TestParts();
    committed = new Committed();
    passes.clear();
    stepsDone.clear();
  }

  @Property(tries = 300)
  void shouldRepeatNoMoreThanTheIntervalAndWhatFollowedTheLastCommittedDrain(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int intervalMillis) {
    Random random = new Random(seed);
    Duration interval = Duration.ofMillis(intervalMillis);
    parts.durability = new TopologySettings.Durability(interval, 5, false);
    TaskLife owner = new TaskLife(parts, committed);
    for (int request = 0; request < REQUESTS; request++) {
      owner.submit(Requests.request("r" + request).setSampling(steps(request)).build());
    }
    owner.commit();
    long drainedMicros = parts.engine.deviceClockMicros();
    long committedMicros = drainedMicros;
    for (int turn = 0; turn < 60; turn++) {
      int what = random.nextInt(8);
      if (what == 0) {
        owner.commit();
        committedMicros = drainedMicros;
      } else if (what <= 2) {
        owner.punctuate(Duration.ofMillis(random.nextInt(3)));
        drainedMicros = parts.engine.deviceClockMicros();
      } else {
        step(random);
      }
      long sinceMicros = parts.engine.deviceClockMicros() - committedMicros;
      assertThat(repeatedMicros()).isLessThanOrEqualTo(intervalMillis * 1000L + sinceMicros);
    }
  }

  private static Sampling steps(long seed) {
    return Sampling.newBuilder().setSteps(STEPS).setSeed(seed).build();
  }

  /** A forward pass of some of the open runs, of any length. */
  private void step(Random random) {
    parts.engine.deviceMicros = 1 + random.nextInt(5_000);
    int rows = 1 + random.nextInt(REQUESTS);
    Map<String, Integer> taken = new HashMap<>();
    parts.engine.step(
        spec -> {
          boolean takes = taken.size() < rows && random.nextBoolean();
          if (takes) {
            taken.put(id(spec), stepsDone.merge(id(spec), 1, Integer::sum));
          }
          return takes;
        });
    passes.add(new Pass(parts.engine.deviceMicros, taken));
  }

  private static String id(RunSpec spec) {
    return "r" + spec.settings().seed();
  }

  /** Device time of the forward passes that the next owner would take again, ended this one now. */
  private long repeatedMicros() {
    Map<String, Integer> kept = new HashMap<>();
    for (int request = 0; request < REQUESTS; request++) {
      String id = "r" + request;
      byte[] progress = committed.value("progress", id);
      boolean answered = committed.value("pending", id) == null;
      kept.put(
          id,
          answered
              ? Integer.MAX_VALUE
              : progress == null
                  ? 0
                  : ProgressCodec.decode(progress).samples().get(0).run().stepsTotal());
    }
    return passes.stream()
        .filter(
            pass ->
                pass.steps().entrySet().stream()
                    .anyMatch(step -> step.getValue() > kept.get(step.getKey())))
        .mapToLong(Pass::deviceMicros)
        .sum();
  }

  @Example
  void shouldPublishAStepOnceTheDeviceHasGoneOnWithOthersWhenItsOwnRunWaits() {
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    parts.engine.step();
    owner.punctuate(TestParts.DRAIN_INTERVAL);
    assertThat(owner.uncommittedForwards()).isZero();
    owner.punctuate(TestParts.CHECKPOINT_INTERVAL); // forward passes of other tasks' runs
    assertThat(owner.uncommittedForwards()).isEqualTo(1);
  }

  @Example
  void shouldStoreNothingWhenARunHasHadNoStep() {
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    owner.commit();
    owner.punctuate(TestParts.CHECKPOINT_INTERVAL);
    owner.punctuate(TestParts.CHECKPOINT_INTERVAL);
    assertThat(owner.storesUntouched()).isTrue();
  }

  @Example
  void shouldReachEveryRequestWhenTheBudgetIsTooSmallForAll() {
    TaskLife owner = new TaskLife(parts, committed);
    for (int request = 0; request < REQUESTS; request++) {
      owner.submit(Requests.request("r" + request).setSampling(steps(request)).build());
    }
    parts.clock.costPerLook(Duration.ofMillis(2)); // ten looks and the budget is spent
    for (int turn = 0; turn < REQUESTS; turn++) {
      parts.engine.step();
      owner.punctuate(TestParts.CHECKPOINT_INTERVAL);
    }
    owner.commit();
    for (int request = 0; request < REQUESTS; request++) {
      assertThat(committed.value("progress", "r" + request)).as("r%d", request).isNotNull();
    }
  }
}
