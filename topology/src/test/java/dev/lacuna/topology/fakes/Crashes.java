package dev.lacuna.topology.fakes;

import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.process.TopologySettings.Durability;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import java.util.List;

/** Processes that died, and those that come after them. */
public final class Crashes {
  public static final int ATTEMPTS_MAX = 3;

  private Crashes() {}

  /** A process. */
  public static TestParts process() {
    TestParts parts = new TestParts();
    parts.durability = new Durability(TestParts.CHECKPOINT_INTERVAL, ATTEMPTS_MAX, false);
    return parts;
  }

  /** The seed tells requests apart among runs. */
  public static GenerationRequest request(String id, long seed) {
    return Requests.request(id)
        .setSampling(Sampling.newBuilder().setSteps(4).setSeed(seed).build())
        .build();
  }

  /** Seeds of all runs that the engine was given. */
  public static List<Long> seeds(TestParts parts) {
    return parts.engine.submitted().stream().map(spec -> spec.settings().seed()).toList();
  }

  /** An owner that died after one step of each of these requests was committed. */
  public static void died(Committed committed, GenerationRequest... requests) {
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    for (GenerationRequest request : requests) {
      owner.submit(request);
    }
    parts.engine.step();
    owner.punctuate(TestParts.CHECKPOINT_INTERVAL);
    owner.commit();
  }
}
