package dev.lacuna.cli.letters;

import dev.lacuna.console.Console;
import dev.lacuna.console.Counted;
import dev.lacuna.console.TextTable;
import dev.lacuna.console.Visible;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.StopSignals;
import dev.lacuna.schemas.Decoding;
import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.worker.ConfigOptions;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.kafka.BrokerProbe;
import dev.lacuna.worker.kafka.LetterReader;
import dev.lacuna.worker.kafka.LetterSender;
import dev.lacuna.worker.kafka.StoredLetter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lacuna dead-letters}: lists records that could not be answered, and sends them again. */
@Command(
    name = "dead-letters",
    description = "Lists and shows dead letters. Sends their records again, once each.")
public final class DeadLettersCommand {
  private static final Pattern PLACE = Pattern.compile("([0-9]{1,9})@([0-9]{1,18})");
  private static final int RETRIES_MAX_DEFAULT = 3;

  /** Longer than a transaction may take. */
  private static final int STOP_SECONDS = 30;

  private final Console console;
  private final StopSignals signals;

  /** Prints on a console; signals end a retry between two transactions. */
  public DeadLettersCommand(Console console, StopSignals signals) {
    this.console = console;
    this.signals = signals;
  }

  @Command(
      name = "list",
      description = {
        "Counts dead letters by code and source topic. Reads with read_committed, and ends.",
        "With --each it lists them one by one; --max bounds what is listed, not what is counted."
      })
  int list(
      @Mixin ConfigOptions options,
      @Mixin LetterChoice choice,
      @Option(names = "--each", description = "Lists each letter.") boolean each,
      @Option(names = "--json", description = "Prints JSON, one object a line.") boolean json) {
    choice.check();
    Config config = open(options);
    LetterCounts counts = new LetterCounts();
    TextTable table = new TextTable(6);
    table.row("PLACE", "WRITTEN", "CODE", "SOURCE", "SENT AGAIN", "KEY");
    try (LetterReader reader = new LetterReader(config, choice.since())) {
      reader.readMarks();
      reader.read(
          letter -> {
            if (choice.has(letter)) {
              boolean retried = reader.isRetried(letter);
              if (each && counts.letters() < choice.max()) {
                list(table, letter, retried, json);
              }
              counts.add(letter, retried);
            }
            return true;
          });
    }
    print(counts, table, each, json);
    summary(counts, each && counts.letters() > choice.max() ? choice.max() : counts.letters());
    return 0;
  }

  private void list(TextTable table, StoredLetter letter, boolean retried, boolean json) {
    if (json) {
      console.out().println(LetterText.json(letter, retried));
    } else {
      table.row(
          letter.place(),
          LetterText.time(letter.writtenMillis()),
          LetterText.cell(letter.code()),
          LetterText.cell(letter.sourcePlace()),
          retried ? "yes" : letter.retries() > 0 ? "came back" : "no",
          LetterText.shortKey(letter));
    }
  }

  private void print(LetterCounts counts, TextTable table, boolean each, boolean json) {
    if (counts.letters() > 0 && !(each && json)) {
      (each ? table.lines() : json ? counts.json() : counts.lines())
          .forEach(console.out()::println);
    }
  }

  private void summary(LetterCounts counts, long listed) {
    console
        .err()
        .println(
            Counted.of(counts.letters(), "dead letter")
                + (counts.retried() > 0 ? ", " + counts.retried() + " of them sent again" : "")
                + (listed < counts.letters()
                    ? "; the first " + listed + " are listed (--max)"
                    : ""));
  }

  @Command(
      name = "show",
      description = "Shows a dead letter: why it is one, and its record, decoded if that works.")
  int show(
      @Mixin ConfigOptions options,
      @Parameters(
              paramLabel = "P@OFFSET",
              description = "Its place in the dead-letter topic, as the list has it.")
          String place,
      @Option(names = "--json", description = "Prints a JSON object; bytes are in base64.")
          boolean json) {
    Matcher matcher = PLACE.matcher(place);
    if (!matcher.matches()) {
      throw CommandFailure.usage(
          "'"
              + Visible.of(place)
              + "' is no place; it must be PARTITION@OFFSET, as in 3@1204."
              + " `lacuna dead-letters list --each --key ID` finds the places of an id");
    }
    Config config = open(options);
    try (LetterReader reader = new LetterReader(config, Optional.empty())) {
      StoredLetter letter =
          reader
              .at(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)))
              .orElseThrow(
                  () ->
                      CommandFailure.failed("there is no dead letter at " + place + " (any more)"));
      reader.readMarks();
      boolean retried = reader.isRetried(letter);
      if (json) {
        console.out().println(LetterText.json(letter, retried));
      } else {
        LetterText.lines(letter, retried, decoded(config, letter)).forEach(console.out()::println);
      }
    }
    return 0;
  }

  /** Its record as JSON, or why there is none. */
  private static String decoded(Config config, StoredLetter letter) {
    boolean control = config.get(ConfigKeys.CONTROL_TOPIC).equals(letter.source());
    if (letter.value() == null || !(control || config.requestTopics().contains(letter.source()))) {
      return "no: it is no record of this application's inputs";
    }
    try (RegistryWireClient wire = RegistryWireClient.open(config.registry(), false)) {
      Decoding<?> decoding =
          control
              ? wire.decodeControl(letter.source(), letter.value())
              : wire.decodeRequest(letter.source(), letter.value());
      if (decoding instanceof Decoding.Decoded<?> decoded) {
        return decoded.value().toString();
      }
      return decoding instanceof Decoding.Undecodable<?> bad
          ? "no: " + bad.code() + ", " + bad.message()
          : "no: the schema registry does not answer";
    }
  }

  @Command(
      name = "retry",
      description = {
        "Sends the records of dead letters again, each letter once: a record and the mark that it was"
            + " sent are one transaction. Mend the cause first.",
        "A record that dies again is a new letter, which tells how often it was sent.",
        "The exit status is 1 if a letter that was asked for was left out."
      })
  int retry(
      @Mixin ConfigOptions options,
      @Mixin LetterChoice choice,
      @Option(
              names = "--all",
              description = "Letters of all codes, sources and places, but duplicates.")
          boolean all,
      @Option(
              names = "--max-retries",
              paramLabel = "N",
              description = "Leaves out records that were sent again this often. Default: 3.")
          Integer maxRetries,
      @Option(names = "--dry-run", description = "Says what it would send, and sends nothing.")
          boolean dryRun) {
    choice.check();
    if (!all && !choice.isMade()) {
      throw CommandFailure.usage(
          "Nothing says which letters: give --code, --source, --key, --at or --since, or --all.");
    }
    int retriesMax = maxRetries == null ? RETRIES_MAX_DEFAULT : maxRetries;
    if (retriesMax < 1) {
      throw CommandFailure.usage("--max-retries is " + retriesMax + "; it must be at least 1");
    }
    Config config = open(options);
    return dryRun ? rehearse(config, choice, retriesMax) : send(config, choice, retriesMax);
  }

  /** Takes over from nobody, so that it can be called at any time. */
  private int rehearse(Config config, LetterChoice choice, int retriesMax) {
    Retry retry =
        new Retry(console, choice, retriesMax, inputs(config), () -> false, Optional.empty());
    try (LetterReader reader = new LetterReader(config, choice.since())) {
      reader.readMarks();
      reader.read(letter -> retry.take(letter, reader.isRetried(letter)));
    }
    return retry.report();
  }

  private int send(Config config, LetterChoice choice, int retriesMax) {
    AtomicBoolean stopped = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    // The sender first: it ends what another one has open, and then the marks are all there.
    try (LetterSender sender = new LetterSender(config);
        LetterReader reader = new LetterReader(config, choice.since())) {
      signals.onStop(() -> stop(stopped, ended), () -> {});
      reader.readAllMarks();
      Retry retry =
          new Retry(
              console, choice, retriesMax, inputs(config), stopped::get, Optional.of(sender::send));
      reader.read(letter -> retry.take(letter, reader.isRetried(letter)));
      retry.flush();
      return retry.report();
    } finally {
      ended.countDown();
    }
  }

  /** Waits for the end of the transaction that is open. */
  private static void stop(AtomicBoolean stopped, CountDownLatch ended) {
    stopped.set(true);
    try {
      boolean inTime = ended.await(STOP_SECONDS, TimeUnit.SECONDS);
      assert inTime || stopped.get(); // else the broker ends it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Set<String> inputs(Config config) {
    Set<String> inputs = new HashSet<>(config.requestTopics());
    inputs.add(config.get(ConfigKeys.CONTROL_TOPIC));
    return inputs;
  }

  private Config open(ConfigOptions options) {
    Config config = options.load(console);
    BrokerProbe.requireAnswer(config);
    return config;
  }
}
