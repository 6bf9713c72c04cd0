package dev.lacuna.cli.letters;

import dev.lacuna.console.Console;
import dev.lacuna.console.Counted;
import dev.lacuna.console.TextTable;
import dev.lacuna.console.Visible;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.worker.ConfigOptions;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.kafka.BrokerProbe;
import dev.lacuna.worker.kafka.LetterReader;
import dev.lacuna.worker.kafka.LetterSender;
import dev.lacuna.worker.kafka.StoredLetter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  private final Console console;

  /** Prints on a console. */
  public DeadLettersCommand(Console console) {
    this.console = console;
  }

  /** How many letters of a code there are. */
  private record Count(int letters, int retried) {
    static final Count NONE = new Count(0, 0);

    Count and(boolean wasRetried) {
      return new Count(letters + 1, retried + (wasRetried ? 1 : 0));
    }
  }

  @Command(
      name = "list",
      description = {
        "Lists dead letters and counts them by code.",
        "--max bounds what is listed. All that were chosen are counted."
      })
  int list(
      @Mixin ConfigOptions options,
      @Mixin LetterChoice choice,
      @Option(names = "--json", description = "Prints one JSON object for each letter instead.")
          boolean json) {
    Config config = open(options);
    TextTable table = new TextTable(6);
    table.row("PLACE", "WRITTEN", "CODE", "SOURCE", "SENT AGAIN", "KEY");
    Map<String, Count> counts = new TreeMap<>();
    int max = choice.max();
    int[] listed = {0};
    try (LetterReader reader = new LetterReader(config)) {
      reader.readMarks();
      reader.read(
          letter -> {
            if (choice.has(letter)) {
              boolean retried = reader.isRetried(letter);
              counts.merge(letter.code(), Count.NONE.and(retried), (a, b) -> a.and(retried));
              if (listed[0] < max) {
                listed[0]++;
                list(table, letter, retried, json);
              }
            }
            return true;
          });
    }
    if (json) {
      return 0;
    }
    if (listed[0] > 0) {
      table.lines().forEach(console.out()::println);
    }
    summary(counts, listed[0]);
    return 0;
  }

  private void list(TextTable table, StoredLetter letter, boolean retried, boolean json) {
    if (json) {
      console.out().println(LetterText.json(letter, retried));
    } else {
      table.row(
          letter.place(),
          LetterText.time(letter),
          Visible.of(letter.code()),
          Visible.of(letter.sourcePlace()),
          retried ? "yes" : letter.retries() > 0 ? "came back" : "no",
          LetterText.shortKey(letter));
    }
  }

  private void summary(Map<String, Count> counts, int listed) {
    int all = counts.values().stream().mapToInt(Count::letters).sum();
    console
        .err()
        .println(
            Counted.of(all, "dead letter")
                + (listed < all ? ", the first " + listed + " are listed (--max)" : ""));
    counts.forEach(
        (code, count) ->
            console
                .err()
                .println(
                    "  "
                        + Visible.of(code)
                        + "  "
                        + count.letters()
                        + (count.retried() > 0 ? ", sent again " + count.retried() : "")));
  }

  @Command(name = "show", description = "Shows a dead letter with its record.")
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
          "'" + Visible.of(place) + "' is no place; it must be PARTITION@OFFSET, as in 3@1204");
    }
    Config config = open(options);
    try (LetterReader reader = new LetterReader(config)) {
      reader.readMarks();
      StoredLetter letter =
          reader
              .at(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)))
              .orElseThrow(
                  () ->
                      CommandFailure.failed("there is no dead letter at " + place + " (any more)"));
      boolean retried = reader.isRetried(letter);
      if (json) {
        console.out().println(LetterText.json(letter, retried));
      } else {
        LetterText.lines(letter, retried, decoded(config, letter)).forEach(console.out()::println);
      }
    }
    return 0;
  }

  /** Its request, if it is one and the registry is there. */
  private static Optional<String> decoded(Config config, StoredLetter letter) {
    if (letter.value() == null || !config.requestTopics().contains(letter.source())) {
      return Optional.empty();
    }
    try (RegistryWireClient wire = RegistryWireClient.open(config.registry(), false)) {
      return wire.requestText(letter.source(), letter.value());
    }
  }

  @Command(
      name = "retry",
      description = {
        "Sends the records of dead letters again, each letter once: a record and the mark that it was"
            + " sent are one transaction. Mend the cause first.",
        "A record that dies again is a new letter, which tells how often it was sent."
      })
  int retry(
      @Mixin ConfigOptions options,
      @Mixin LetterChoice choice,
      @Option(names = "--all", description = "Letters of all codes, sources and places.")
          boolean all,
      @Option(
              names = "--max-retries",
              paramLabel = "N",
              description = "Leaves out records that were sent again this often. Default: 3.")
          Integer maxRetries,
      @Option(names = "--dry-run", description = "Says what it would send, and sends nothing.")
          boolean dryRun) {
    if (!all && !choice.isMade()) {
      throw CommandFailure.usage(
          "Nothing says which letters: give --code, --source or --at, or --all for all of them.");
    }
    int retriesMax = maxRetries == null ? RETRIES_MAX_DEFAULT : maxRetries;
    Config config = open(options);
    String topic = config.get(ConfigKeys.DEAD_LETTERS_TOPIC);
    Retry retry = new Retry(console, choice, retriesMax);
    // The sender first: it ends what another one has open, so that the marks are all there.
    try (LetterSender sender = new LetterSender(config);
        LetterReader reader = new LetterReader(config)) {
      reader.readMarks();
      reader.read(letter -> retry.take(letter, reader, sender, topic, dryRun));
      sender.commit();
    }
    return retry.report(dryRun);
  }

  private Config open(ConfigOptions options) {
    Config config = options.load(console);
    BrokerProbe.requireAnswer(config);
    return config;
  }
}
