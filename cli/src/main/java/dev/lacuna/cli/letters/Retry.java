package dev.lacuna.cli.letters;

import dev.lacuna.console.Console;
import dev.lacuna.console.Counted;
import dev.lacuna.console.Visible;
import dev.lacuna.worker.kafka.LetterReader;
import dev.lacuna.worker.kafka.LetterSender;
import dev.lacuna.worker.kafka.StoredLetter;
import java.util.Optional;

/**
 * What becomes of each letter in one retry.
 *
 * <p>Threading: used by one thread.
 */
final class Retry {
  private final Console console;
  private final LetterChoice choice;
  private final int max;
  private final int retriesMax;
  private int taken;
  private int before;
  private int tooOften;
  private int impossible;
  private boolean more;

  Retry(Console console, LetterChoice choice, int retriesMax) {
    this.console = console;
    this.choice = choice;
    this.max = choice.max();
    this.retriesMax = retriesMax;
  }

  /**
   * Sends a letter's record, if it is chosen and may be sent.
   *
   * @return false once there are enough
   */
  boolean take(
      StoredLetter letter, LetterReader reader, LetterSender sender, String topic, boolean dryRun) {
    if (!choice.has(letter)) {
      return true;
    }
    if (reader.isRetried(letter)) {
      before++;
      return true;
    }
    if (letter.retries() >= retriesMax) {
      tooOften++;
      return true;
    }
    Optional<String> obstacle = sender.obstacle(letter);
    if (obstacle.isPresent()) {
      impossible++;
      console.err().println("left out " + letter.place() + ": " + Visible.of(obstacle.get()));
      return true;
    }
    if (taken == max) {
      more = true;
      return false;
    }
    taken++;
    if (dryRun) {
      console
          .out()
          .println(
              letter.place()
                  + "  "
                  + Visible.of(letter.code())
                  + "  "
                  + Visible.of(letter.source())
                  + "  "
                  + LetterText.shortKey(letter));
    } else {
      sender.send(letter, topic);
    }
    return true;
  }

  /** Says what was done; the exit status. */
  int report(boolean dryRun) {
    console
        .err()
        .println(
            (dryRun ? "would send " : "sent ")
                + Counted.of(taken, "record")
                + " again"
                + (more ? "; there are more (--max " + max + ")" : ""));
    tell(before, "was sent again before", "were sent again before");
    tell(tooOften, "has", "have", " come back too often (--max-retries " + retriesMax + ")");
    tell(impossible, "can't be sent again", "can't be sent again");
    return 0;
  }

  private void tell(int count, String one, String many) {
    tell(count, one, many, "");
  }

  private void tell(int count, String one, String many, String rest) {
    if (count > 0) {
      console.err().println(count + " " + (count == 1 ? one : many) + rest);
    }
  }
}
