package dev.lacuna.cli.letters;

import dev.lacuna.console.Visible;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.worker.kafka.StoredLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Which dead letters a command is about. */
final class LetterChoice {
  private static final int MAX_DEFAULT = 1000;
  private static final Pattern RANGE =
      Pattern.compile("([0-9]{1,9})@([0-9]{1,18})(?:-([0-9]{1,18}))?");

  @Option(
      names = "--code",
      paramLabel = "CODE",
      split = ",",
      description = "Letters of these codes, for example UNKNOWN_SCHEMA.")
  private List<String> codes = new ArrayList<>();

  @Option(
      names = "--source",
      paramLabel = "TOPIC",
      split = ",",
      description = "Letters of records that came from these topics.")
  private List<String> sources = new ArrayList<>();

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Letters with this key: the id of the request. Repeatable.")
  private List<String> keys = new ArrayList<>();

  @Option(
      names = "--at",
      paramLabel = "P@OFFSET",
      split = ",",
      description = {
        "The letters at these places: partition and offset in the dead-letter topic.",
        "P@FROM-TO is a range, both ends included."
      })
  private List<String> places = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "INSTANT",
      description = "Letters that were written since then, for example 2026-03-01T08:00:00Z.")
  private String since;

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "At most this many letters. Default: 1000.")
  private int max = MAX_DEFAULT;

  private List<Range> ranges = List.of();

  /** Offsets of a partition, both ends included. */
  private record Range(int partition, long first, long last) {
    boolean has(StoredLetter letter) {
      return letter.partition() == partition && letter.offset() >= first && letter.offset() <= last;
    }

    static Range of(String text) {
      Matcher matcher = RANGE.matcher(text);
      if (!matcher.matches()) {
        throw CommandFailure.usage(
            "'"
                + Visible.of(text)
                + "' is no place; it must be PARTITION@OFFSET or PARTITION@FROM-TO, as in 3@1204");
      }
      long first = Long.parseLong(matcher.group(2));
      long last = matcher.group(3) == null ? first : Long.parseLong(matcher.group(3));
      if (last < first) {
        throw CommandFailure.usage("'" + text + "' is an empty range of offsets");
      }
      return new Range(Integer.parseInt(matcher.group(1)), first, last);
    }
  }

  /** Checks what was given; before any other method. */
  LetterChoice check() {
    if (max < 1) {
      throw CommandFailure.usage("--max is " + max + "; it must be at least 1");
    }
    ranges = places.stream().map(Range::of).toList();
    since();
    return this;
  }

  /** Whether anything says which letters. */
  boolean isMade() {
    return !codes.isEmpty()
        || !sources.isEmpty()
        || !keys.isEmpty()
        || !places.isEmpty()
        || since != null;
  }

  /** Most letters. */
  int max() {
    return max;
  }

  /** The first instant, if one was given. */
  Optional<Instant> since() {
    try {
      return Optional.ofNullable(since).map(Instant::parse);
    } catch (DateTimeParseException e) {
      throw CommandFailure.usage(
          "--since is '" + Visible.of(since) + "'; it must be an instant as 2026-03-01T08:00:00Z");
    }
  }

  /** Whether letters of this code are asked for by it, or one by one. */
  boolean names(StoredLetter letter) {
    return codes.contains(letter.code()) || !places.isEmpty() || !keys.isEmpty();
  }

  /** Whether a letter is among them, their number aside. */
  boolean has(StoredLetter letter) {
    return (codes.isEmpty() || codes.contains(letter.code()))
        && (sources.isEmpty() || sources.contains(letter.source()))
        && (ranges.isEmpty() || ranges.stream().anyMatch(range -> range.has(letter)))
        && (keys.isEmpty() || keys.stream().anyMatch(key -> hasKey(letter, key)))
        && since().stream().allMatch(from -> letter.writtenMillis() >= from.toEpochMilli());
  }

  private static boolean hasKey(StoredLetter letter, String key) {
    return Arrays.equals(letter.key(), key.getBytes(StandardCharsets.UTF_8));
  }
}
