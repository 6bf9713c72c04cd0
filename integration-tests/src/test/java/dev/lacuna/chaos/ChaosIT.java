package dev.lacuna.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Exactly once, whatever happens: workers, broker and registry are killed, stopped and starved, and
 * public topics must show nothing of it. See docs/CHAOS.md.
 */
class ChaosIT {
  private static final Path FOLDER = Path.of("target", "chaos").toAbsolutePath();

  @Test
  void shouldAnswerEverythingOnceWhateverHappens() throws Exception {
    ChaosOptions options = ChaosOptions.ofSystemProperties();
    Path folder = FOLDER.resolve("seed-" + options.seed() + "-" + System.currentTimeMillis());
    System.out.printf("chaos: seed %d, logs in %s%n", options.seed(), folder);
    Chaos.Outcome outcome = Chaos.run(options, Plan.MIXED, folder);
    Report.print(System.out, outcome.done(), outcome.counts(), outcome.wrong(), outcome.verdict());
    assertThat(outcome.wrong()).as("seed %d, logs in %s", options.seed(), folder).isEmpty();
    assertThat(outcome.verdict().clean()).isTrue();
    if (options.minutes().isEmpty()) {
      assertThat(outcome.done().keySet()).containsExactlyInAnyOrderElementsOf(options.kinds());
    }
    if (options.kinds().contains(FaultKind.KILL)) {
      assertThat(outcome.counts().get(Chaos.DEATHS_TOLD)).as("kills at work").isPositive();
    }
  }
}
