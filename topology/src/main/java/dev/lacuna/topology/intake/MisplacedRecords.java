package dev.lacuna.topology.intake;

import dev.lacuna.topology.outbox.Hop;
import dev.lacuna.topology.outbox.LogPace;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TickSender;
import dev.lacuna.topology.process.TopologySettings.Misplaced;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.InputRecord.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that stand in another partition than the one of their key, because their producer hashes
 * keys in a way of its own. One id in two partitions is two requests to two tasks, and a
 * cancellation in a third one finds neither. All are counted and told of; by configuration they are
 * dead letters, or are sent on to where they belong, in the task's transaction.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class MisplacedRecords {
  private static final Duration PAUSE = Duration.ofMinutes(10);

  private static final byte[] RESERVED =
      TickSender.RESERVED_PREFIX.getBytes(StandardCharsets.UTF_8);

  /** What to set in clients that hash otherwise by default. */
  private static final String CURE =
      "have the producer partition by murmur2 as Java's does (librdkafka, kcat, confluent-kafka:"
          + " partitioner=murmur2_random; Sarama: a custom hash partitioner with murmur2; kafkajs:"
          + " DefaultPartitioner, not LegacyPartitioner), or set requests.partition.mismatch=rekey";

  private static final Logger log = LoggerFactory.getLogger(MisplacedRecords.class);

  private final TaskParts parts;
  private final Outbox outbox;
  private final LogPace pace;

  /** Of one task. */
  public MisplacedRecords(TaskParts parts, Outbox outbox) {
    this.parts = parts;
    this.outbox = outbox;
    this.pace = new LogPace(parts.clock(), PAUSE);
  }

  /**
   * Deals with a record that was just read, if it is misplaced.
   *
   * @return whether it is dealt with: it is a dead letter, or sent on; otherwise it is to be taken
   */
  public boolean takes(InputRecord record) {
    if (!isJudged(record)) {
      return false;
    }
    OptionalInt belongs =
        parts.partitions().elsewhere(record.topic(), record.partition(), record.key());
    if (belongs.isEmpty()) {
      return false;
    }
    parts.metrics().misplaced(record.topic());
    tell(record, belongs.getAsInt());
    Misplaced rule = parts.settings().intake().misplaced();
    if (rule == Misplaced.REFUSE) {
      refuse(record, belongs.getAsInt(), ": " + CURE + ".");
    } else if (rule == Misplaced.REKEY && !outbox.sendOn(record)) {
      refuse(record, belongs.getAsInt(), ", and is too large to be sent on: " + CURE + ".");
    }
    return rule != Misplaced.ACCEPT;
  }

  /**
   * Without a key there is no place to be; what workers send stands where they mean it to, and so
   * do the copies of a cancellation.
   */
  private static boolean isJudged(InputRecord record) {
    byte[] key = record.key();
    return key != null
        && !startsWith(key, RESERVED)
        && Hop.of(record).isEmpty()
        && !(record.source() == Source.CONTROL && ControlIntake.isCopy(record));
  }

  private static boolean startsWith(byte[] bytes, byte[] head) {
    return bytes.length >= head.length
        && Arrays.equals(bytes, 0, head.length, head, 0, head.length);
  }

  private void refuse(InputRecord record, int belongs, String rest) {
    outbox.deadLetter(
        record,
        ErrorCodes.PARTITION_MISMATCH,
        "It stands in partition "
            + record.partition()
            + " of "
            + record.topic()
            + " and belongs in "
            + belongs
            + " by murmur2 of its key"
            + rest);
  }

  private void tell(InputRecord record, int belongs) {
    pace.tell(record.topic())
        .ifPresent(
            untold ->
                log.warn(
                    "a record stands in another partition than its key's: one id may get several"
                        + " answers, and cancellations may not find it topic={} partition={}"
                        + " belongs={} offset={} rule={} cure={} othersNotLogged={}",
                    record.topic(),
                    record.partition(),
                    belongs,
                    record.offset(),
                    parts.settings().intake().misplaced().name().toLowerCase(Locale.ROOT),
                    CURE,
                    untold));
  }
}
