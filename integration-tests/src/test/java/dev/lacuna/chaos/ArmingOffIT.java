package dev.lacuna.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The harness is able to fail: workers that write before they have processed a record publish
 * things twice when they are stopped, taken over and continued, and the verdict says so.
 */
class ArmingOffIT {
  private static final Path FOLDER = Path.of("target", "chaos").toAbsolutePath();

  /** Whether a stopped worker gets to write before it learns that it was taken over is chance. */
  private static final int TRIES = 3;

  private static final int REQUESTS = 40;
  private static final int ZOMBIES = 3;

  @Test
  void shouldFindDuplicatesWhenArmingIsOff() throws Exception {
    int found = 0;
    for (int i = 0; i < TRIES && found == 0; i++) {
      ChaosOptions options =
          new ChaosOptions(
              REQUESTS, Optional.empty(), ZOMBIES, EnumSet.of(FaultKind.ZOMBIE), 1 + i, true);
      Path folder = FOLDER.resolve("arming-off-" + i + "-" + System.currentTimeMillis());
      System.out.printf("chaos with arming off: seed %d, logs in %s%n", options.seed(), folder);
      Chaos.Outcome outcome = Chaos.run(options, Plan.TAKEOVERS, folder);
      Report.print(
          System.out, outcome.done(), outcome.counts(), outcome.wrong(), outcome.verdict());
      found = outcome.verdict().duplicated() + outcome.verdict().timingsWrong();
    }
    assertThat(found).as("what was published twice").isPositive();
  }
}
