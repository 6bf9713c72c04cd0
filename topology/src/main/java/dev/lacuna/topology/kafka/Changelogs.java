package dev.lacuna.topology.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Settings of the stores' changelog topics: entries live for seconds to hours, and a restore reads
 * everything that was not compacted, the dead as well. Kafka compacts no segment that is still
 * written to, and by default that is a gigabyte.
 *
 * <p>They are applied when Kafka Streams creates a topic; it leaves those that exist as they are.
 */
public final class Changelogs {
  /**
   * How long the mark of a deletion is kept. Whoever has read part of a changelog longer ago than
   * this may have missed deletions: see {@link StaleState}.
   */
  public static final Duration DELETIONS_KEPT = Duration.ofDays(1);

  private static final int SEGMENT_MIN_BYTES = 4 * 1024 * 1024;

  private Changelogs() {}

  /**
   * Settings of a changelog topic.
   *
   * @param recordMaxBytes of the largest record
   */
  public static Map<String, String> settings(int recordMaxBytes) {
    Map<String, String> settings = new HashMap<>();
    settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(recordMaxBytes));
    // A segment takes the largest record, and is closed, and so may be compacted, once it is full.
    settings.put(
        TopicConfig.SEGMENT_BYTES_CONFIG,
        Integer.toString(Math.max(SEGMENT_MIN_BYTES, recordMaxBytes)));
    settings.put(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1");
    // Half full or not, what was written an hour ago is compacted.
    settings.put(
        TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(Duration.ofHours(1).toMillis()));
    settings.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, Long.toString(DELETIONS_KEPT.toMillis()));
    return settings;
  }
}
