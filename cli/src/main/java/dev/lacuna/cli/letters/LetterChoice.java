package dev.lacuna.cli.letters;

import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.worker.kafka.StoredLetter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which dead letters a command is about. */
public final class LetterChoice {
  private static final int MAX_DEFAULT = 1000;

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
      names = "--at",
      paramLabel = "P@OFFSET",
      split = ",",
      description = "The letters at these places: partition and offset in the dead-letter topic.")
  private List<String> places = new ArrayList<>();

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "At most this many letters. Default: 1000.")
  private int max = MAX_DEFAULT;

  /** Whether anything says which letters. */
  boolean isMade() {
    return !codes.isEmpty() || !sources.isEmpty() || !places.isEmpty();
  }

  /** Most letters. */
  int max() {
    if (max < 1) {
      throw CommandFailure.usage("--max is " + max + "; it must be at least 1");
    }
    return max;
  }

  /** Whether a letter is among them, their number aside. */
  boolean has(StoredLetter letter) {
    return (codes.isEmpty() || codes.contains(letter.code()))
        && (sources.isEmpty() || sources.contains(letter.source()))
        && (places.isEmpty() || places.contains(letter.place()));
  }
}
