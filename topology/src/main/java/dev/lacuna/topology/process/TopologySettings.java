package dev.lacuna.topology.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Settings of the topology, checked by the configuration before they get here.
 *
 * @param topics the topics of the wire contract
 * @param limits what a request may ask for
 * @param workerId names this process in step timings
 * @param defaultModel model of a request that names none
 * @param drainInterval least time between two drains while something is pending
 * @param drainMax longest time that one drain may take on the stream thread
 * @param cancelRetention how long the cancellation of an id not yet seen is remembered
 * @param durability what is stored of running requests, and what becomes of it
 * @param intake what is done with requests that could be taken otherwise
 */
public record TopologySettings(
    Topics topics,
    Limits limits,
    String workerId,
    String defaultModel,
    Duration drainInterval,
    Duration drainMax,
    Duration cancelRetention,
    Durability durability,
    IntakeRules intake) {

  /**
   * What is stored of running requests, and what becomes of it.
   *
   * @param checkpointDevice device time after which running requests publish timings and store
   *     progress: what a crash may cost
   * @param crashAttemptsMax deaths of a process that a request may cause by itself before it is
   *     answered FAILED, at least 1
   * @param waitsForModel whether a stored request waits for the model that it was begun with where
   *     there is another now; otherwise it is answered FAILED
   */
  public record Durability(
      Duration checkpointDevice, int crashAttemptsMax, boolean waitsForModel) {}

  /**
   * What is done with requests that could be taken otherwise.
   *
   * @param deadlines which deadlines are refused as out of reach
   * @param deadLetterDuplicates whether a request whose id is pending or remembered becomes a dead
   *     letter; otherwise it is ignored and counted
   * @param completedRetention how long the id of an answered request is remembered; zero for not at
   *     all
   * @param fairnessLabel the label whose values share the device fairly; empty for none
   * @param misplaced what becomes of records in another partition than their key's
   * @param schemaPatience how long a schema that the registry does not have is asked for again
   *     before its records become dead letters; zero for not at all
   */
  public record IntakeRules(
      DeadlineRefusal deadlines,
      boolean deadLetterDuplicates,
      Duration completedRetention,
      Optional<String> fairnessLabel,
      Misplaced misplaced,
      Duration schemaPatience) {}

  /** What becomes of a record that stands in another partition than the one of its key. */
  public enum Misplaced {
    /** It is taken where it stands. */
    ACCEPT,
    /** It becomes a dead letter. */
    REFUSE,
    /** It is sent on to the partition of its key. */
    REKEY
  }

  /** Which deadlines are refused as out of reach when a request is read. */
  public enum DeadlineRefusal {
    /** None but those that have passed. */
    OFF,
    /** Those that a device with nothing else to do could not meet. */
    ALONE,
    /** Those that could not be met behind the work accepted before. */
    BACKLOG
  }

  /**
   * The topics that a worker writes to, changelogs aside: completions, timings and dead letters;
   * the control topic, for ticks, death notes and what another task is to answer; the request
   * topics where misplaced records are sent on.
   */
  public List<String> written() {
    Stream<String> always =
        Stream.of(topics.completions(), topics.timings(), topics.deadLetters(), topics.control());
    return intake.misplaced() == Misplaced.REKEY
        ? Stream.concat(always, topics.requestNames().stream()).toList()
        : always.toList();
  }

  /**
   * Topic names.
   *
   * @param requests at least one, all names different; the first takes what came from a topic that
   *     is named no more
   */
  public record Topics(
      List<RequestTopic> requests,
      String control,
      String completions,
      String timings,
      String deadLetters) {

    /** Checks and copies. */
    public Topics {
      requests = List.copyOf(requests);
      if (requests.isEmpty()) {
        throw new IllegalArgumentException(
            "requests: at least one topic is needed, none was given");
      }
    }

    /** Names of the request topics. */
    public List<String> requestNames() {
      return requests.stream().map(RequestTopic::name).toList();
    }

    /** The topics that a worker reads: requests and control. */
    public List<String> inputs() {
      return Stream.concat(requestNames().stream(), Stream.of(control)).toList();
    }

    /** All topics. */
    public List<String> all() {
      return Stream.concat(inputs().stream(), Stream.of(completions, timings, deadLetters))
          .toList();
    }
  }

  /**
   * A lane: a request topic with a cap of its own, so that a full one never holds up another.
   *
   * @param acceptedMax accepted requests of this process from which the topic's partitions are
   *     paused, at least 1
   */
  public record RequestTopic(String name, int acceptedMax) {}

  /**
   * What the document and labels of a request may hold, before any of it is tokenized.
   *
   * @param documentMaxBytes UTF-8 bytes of all texts together
   * @param blanksMax blanks of a document, at least 1
   * @param blankNameMaxBytes UTF-8 bytes of a blank's name
   * @param labelsMaxBytes UTF-8 bytes of keys and values of all labels together
   */
  public record DocumentLimits(
      int documentMaxBytes, int blanksMax, int blankNameMaxBytes, int labelsMaxBytes) {
    /** 256 KiB of text, 4,096 blanks, names of 1 KiB, labels of 16 KiB. */
    public static final DocumentLimits DEFAULT = new DocumentLimits(262_144, 4096, 1024, 16_384);
  }

  /**
   * What a request may ask for; beyond them it is answered FAILED.
   *
   * @param entryMaxBytes encoded store entry of one request
   * @param completionMaxBytes largest possible completion of one request, headers included
   * @param headersMaxBytes keys and values of a request's headers together
   * @param samplesMax samples generated for one request
   * @param document what its document and labels may hold
   */
  public record Limits(
      int entryMaxBytes,
      int completionMaxBytes,
      int headersMaxBytes,
      int samplesMax,
      DocumentLimits document) {

    /** With {@link DocumentLimits#DEFAULT}. */
    public Limits(int entryMaxBytes, int completionMaxBytes, int headersMaxBytes, int samplesMax) {
      this(entryMaxBytes, completionMaxBytes, headersMaxBytes, samplesMax, DocumentLimits.DEFAULT);
    }

    /** Largest dead letter; a record beyond it is cut, so that it can't stop the worker. */
    public int deadLetterMaxBytes() {
      return Math.max(entryMaxBytes, completionMaxBytes);
    }

    /** What the largest record that the worker writes takes, with room for Kafka's framing. */
    public int recordMaxBytes() {
      return Math.addExact(Math.max(entryMaxBytes, completionMaxBytes), FRAMING_BYTES);
    }

    private static final int FRAMING_BYTES = 16 * 1024;
  }
}
