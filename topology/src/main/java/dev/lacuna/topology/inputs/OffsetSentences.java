package dev.lacuna.topology.inputs;

import org.apache.kafka.common.TopicPartition;

/**
 * What is said of offsets that a person must decide about, with the commands that do it.
 *
 * @param bootstrapServers for the commands
 * @param group the consumer group, which is the application
 */
public record OffsetSentences(String bootstrapServers, String group) {

  /** The log begins beyond the offset that was to be read next. */
  public String retention(TopicPartition partition, long next, long begin, long end) {
    return ("Partition %s: the worker stops: retention removed records that were never read. The next"
            + " one was at offset %d, and the log holds %d to %d, so %d offsets are gone. Nobody can"
            + " tell any more how many of them were requests; a worker that runs moves its offset past"
            + " aborted records and transaction markers by itself. Send again what was lost, and go on"
            + " at what is there: %s --to-earliest --execute")
        .formatted(partition, next, begin, end, begin - next, reset(partition));
  }

  /** The log ends before the offset that was to be read next. */
  public String beyond(TopicPartition partition, long next, long begin, long end) {
    return ("Partition %s: the worker stops: its log ends before what was read. The next record was at"
            + " offset %d, and the log holds %d to %d. If the topic was deleted and made again, all that"
            + " is there is unread: %s --to-earliest --execute. If brokers lost the end of the log"
            + " (unclean leader election), find the first record that is new and go on there: %s"
            + " --to-offset N --execute")
        .formatted(partition, next, begin, end, reset(partition), reset(partition));
  }

  /** The group has lost all its offsets. */
  public String forgotten(TopicPartition partition, long begin, long end) {
    return ("Partition %s: group '%s' has no offsets, though the application has worked before: brokers"
            + " forget them once a group was empty for offsets.retention.minutes (7 days unless set"
            + " otherwise). The log holds %d to %d, and which of them were answered is not known. Go on"
            + " after those that were read before the workers stopped: %s --to-datetime"
            + " YYYY-MM-DDTHH:mm:ss.sss --execute, or read all again, which answers again what was"
            + " answered: %s --to-earliest --execute")
        .formatted(partition, group, begin, end, reset(partition), reset(partition));
  }

  private String reset(TopicPartition partition) {
    return "kafka-consumer-groups.sh --bootstrap-server %s --group %s --topic %s:%d --reset-offsets"
        .formatted(bootstrapServers, group, partition.topic(), partition.partition());
  }
}
