package dev.lacuna.chaos;

import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An undisturbed run: what each shape's completion must be. */
final class Reference {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private Reference() {}

  /** Runs every shape once on a worker of its own, without faults; completions by shape. */
  static List<GenerationCompletion> run(Cluster cluster, List<Shape> pool) throws Exception {
    Application application = Application.create(cluster, "undisturbed");
    try (Fleet fleet = new Fleet(cluster.folder(), application.settings(), 0, false);
        Oracle oracle = new Oracle(cluster, application.topics());
        Traffic traffic = new Traffic(cluster, application.topics(), 0)) {
      fleet.add();
      pool.forEach(shape -> traffic.send(order(shape)));
      traffic.flush();
      if (!Pause.until(LIMIT, () -> oracle.answered() >= pool.size())) {
        throw new AssertionError(
            "the undisturbed run answered %d of %d; log %s"
                .formatted(oracle.answered(), pool.size(), fleet.members().get(0).log()));
      }
      return completions(pool, oracle.seen());
    }
  }

  private static Order order(Shape shape) {
    String id = "shape-" + shape.number();
    return new Order(
        shape.request(id).build(),
        id,
        shape.number(),
        Order.Twist.NONE,
        Set.of(CompletionStatus.COMPLETED),
        null);
  }

  private static List<GenerationCompletion> completions(List<Shape> pool, Map<String, Seen> seen) {
    List<GenerationCompletion> completions = new ArrayList<>();
    for (Shape shape : pool) {
      GenerationCompletion completion = seen.get("shape-" + shape.number()).completions().get(0);
      if (completion.getStatus() != CompletionStatus.COMPLETED) {
        throw new AssertionError("the undisturbed run failed: " + completion);
      }
      completions.add(completion);
    }
    return List.copyOf(completions);
  }
}
