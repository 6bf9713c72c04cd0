package dev.lacuna.cli.letters;

import dev.lacuna.console.Console;
import dev.lacuna.console.Counted;
import dev.lacuna.console.Visible;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.worker.kafka.LetterSender;
import dev.lacuna.worker.kafka.StoredLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What becomes of each letter in one retry. Letters are gathered and sent some at a time: no
 * transaction is open while the topic is read.
 *
 * <p>Threading: used by one thread.
 */
final class Retry {
  /** Letters of one transaction: few enough that little is undone by a kill. */
  private static final int PER_TRANSACTION = 100;

  /** Bytes of letters after which a transaction has enough. */
  private static final long BYTES_PER_TRANSACTION = 8L << 20;

  private static final String DUPLICATE = "DUPLICATE_ID";

  private final Console console;
  private final LetterChoice choice;
  private final int retriesMax;
  private final Set<String> inputs;
  private final BooleanSupplier stopped;
  private final Function<List<StoredLetter>, List<LetterSender.Refused>> sender;
  private final boolean dryRun;
  private final List<StoredLetter> gathered = new ArrayList<>();
  private long gatheredBytes;
  private int taken;
  private int sent;
  private int before;
  private int duplicates;
  private int tooOften;
  private int impossible;
  private boolean more;

  /**
   * A retry.
   *
   * @param choice which letters, checked
   * @param retriesMax how often a record may have been sent again before
   * @param inputs topics to which records may be sent
   * @param stopped whether to end early
   * @param sender sends letters in one transaction; nothing for a dry run
   */
  Retry(
      Console console,
      LetterChoice choice,
      int retriesMax,
      Set<String> inputs,
      BooleanSupplier stopped,
      Optional<Function<List<StoredLetter>, List<LetterSender.Refused>>> sender) {
    this.console = console;
    this.choice = choice;
    this.retriesMax = retriesMax;
    this.inputs = inputs;
    this.stopped = stopped;
    this.sender = sender.orElse(letters -> List.of());
    this.dryRun = sender.isEmpty();
  }

  /**
   * Takes a letter, if it is chosen and may be sent.
   *
   * @param retried whether it was sent again before
   * @return false once there are enough
   */
  boolean take(StoredLetter letter, boolean retried) {
    if (stopped.getAsBoolean()) {
      more = true;
      return false;
    }
    if (!choice.has(letter)) {
      return true;
    }
    if (retried) {
      before++;
    } else if (letter.code().equals(DUPLICATE) && !choice.names(letter)) {
      duplicates++;
    } else if (letter.retries() >= retriesMax) {
      tooOften++;
    } else {
      Optional<String> obstacle = obstacle(letter);
      if (obstacle.isPresent()) {
        leaveOut(letter, obstacle.get());
      } else if (taken == choice.max()) {
        more = true;
        return false;
      } else {
        gather(letter);
      }
    }
    return true;
  }

  /** Why a record can't be sent again, if it can't. */
  private Optional<String> obstacle(StoredLetter letter) {
    if (!inputs.contains(letter.source())) {
      return Optional.of("its source " + letter.source() + " is none of this application's inputs");
    }
    if (letter.cut().isPresent()) {
      return Optional.of("it was cut (" + letter.cut().get() + "): send the original again");
    }
    return letter.value() == null
        ? Optional.of("it has no value, and nothing mends that: send what was meant")
        : Optional.empty();
  }

  private void leaveOut(StoredLetter letter, String why) {
    impossible++;
    console.err().println("left out " + letter.place() + ": " + Visible.of(why));
  }

  private void gather(StoredLetter letter) {
    taken++;
    if (dryRun) {
      console
          .out()
          .println(
              "%s  %s  %s  %s"
                  .formatted(
                      letter.place(),
                      LetterText.cell(letter.code()),
                      LetterText.cell(letter.source()),
                      LetterText.shortKey(letter)));
      return;
    }
    gathered.add(letter);
    gatheredBytes += letter.sizeBytes();
    if (gathered.size() == PER_TRANSACTION || gatheredBytes >= BYTES_PER_TRANSACTION) {
      flush();
    }
  }

  /** Sends what was gathered. */
  void flush() {
    if (!gathered.isEmpty()) {
      List<LetterSender.Refused> refused = sender.apply(List.copyOf(gathered));
      refused.forEach(
          one -> leaveOut(one.letter(), "the cluster refuses its record: " + one.why()));
      sent += gathered.size() - refused.size();
      gathered.clear();
      gatheredBytes = 0;
    }
  }

  /** Says what was done; the exit status, 0 unless a chosen letter was left out. */
  int report() {
    console
        .err()
        .println(
            (dryRun ? "would send " : "sent ")
                + Counted.of(dryRun ? taken : sent, "record")
                + " again"
                + (more ? rest() : ""));
    tell(before, "sent again before");
    tell(
        duplicates, "left out: duplicates of an id that has its answer (--code " + DUPLICATE + ")");
    tell(tooOften, "left out: came back too often (--max-retries " + retriesMax + ")");
    tell(impossible, "left out: can't be sent again");
    return tooOften + impossible > 0 ? CommandFailure.FAILED : 0;
  }

  private String rest() {
    return stopped.getAsBoolean()
        ? "; stopped, call it again for the rest"
        : "; there are more (--max " + choice.max() + ")";
  }

  private void tell(int count, String what) {
    if (count > 0) {
      console.err().println(Counted.of(count, "letter") + " " + what);
    }
  }
}
